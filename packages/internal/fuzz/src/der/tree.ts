/** A DER value, taken apart so that it can be put together otherwise. */
export interface Node {
  tag: number;
  /** What it holds: values, or bytes. */
  children: Node[] | undefined;
  value: Buffer;
  /** How its length is written. */
  length: 'short' | 'long' | 'longer' | 'indefinite' | 'too much' | 'too little';
}

const CONSTRUCTED = 0x20;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;

export const leaf = (tag: number, value: Uint8Array): Node => ({
  tag,
  children: undefined,
  value: Buffer.from(value),
  length: 'short',
});
export const branch = (tag: number, ...children: Node[]): Node => ({
  tag,
  children,
  value: Buffer.alloc(0),
  length: 'short',
});

interface Cut {
  readonly node: Node;
  readonly end: number;
}

function cutAt(bytes: Buffer, at: number): Cut | undefined {
  const [tag, first] = [bytes[at], bytes[at + 1]];
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) return undefined;
  let [length, start] = [first, at + 2];
  if (first >= 0x80) {
    const count = first & 0x7f;
    if (count < 1 || count > 3 || start + count > bytes.length) return undefined;
    length = bytes.readUIntBE(start, count);
    start += count;
  }
  const end = start + length;
  if (end > bytes.length) return undefined;
  return { node: nodeOf(tag, bytes.subarray(start, end)), end };
}

function childrenOf(bytes: Buffer): Node[] | undefined {
  const children: Node[] = [];
  for (let at = 0; at < bytes.length; ) {
    const found = cutAt(bytes, at);
    if (found === undefined) return undefined;
    children.push(found.node);
    at = found.end;
  }
  return children;
}

/** Values in an OCTET STRING, as extensions have them, are taken apart as well. */
function nodeOf(tag: number, contents: Buffer): Node {
  const holdsValues = (tag & CONSTRUCTED) !== 0 || (tag === OCTET_STRING && contents.length > 2);
  const children = holdsValues ? childrenOf(contents) : undefined;
  const isOne = tag !== OCTET_STRING || children?.length === 1;
  return children !== undefined && isOne ? branch(tag, ...children) : leaf(tag, contents);
}

/** Takes one value apart. @throws TypeError where it is not DER */
export function treeOf(bytes: Buffer): Node {
  const found = cutAt(bytes, 0);
  if (found === undefined || found.end !== bytes.length) throw new TypeError('it is not one value of DER');
  return found.node;
}

function lengthBytes(size: number, least: number): number[] {
  const bytes: number[] = [];
  for (let left = size; left > 0 || bytes.length < least; left = Math.floor(left / 256))
    bytes.unshift(left % 256);
  return [0x80 | bytes.length, ...bytes];
}

function written(length: Node['length'], size: number): Uint8Array {
  switch (length) {
    case 'short':
      return Uint8Array.from(size < 0x80 ? [size] : lengthBytes(size, 1));
    case 'long':
      return Uint8Array.from(lengthBytes(size, size < 0x80 ? 1 : size < 0x100 ? 2 : 3));
    case 'longer':
      return Uint8Array.from(lengthBytes(size, 4));
    case 'indefinite':
      return Uint8Array.of(0x80);
    case 'too much':
      return written('short', size + 1);
    case 'too little':
      return written('short', Math.max(0, size - 1));
  }
}

/** Puts a value together again. */
export function encode({ tag, children, value, length }: Node): Buffer {
  const contents = children === undefined ? value : Buffer.concat(children.map(encode));
  const end = length === 'indefinite' ? [Buffer.alloc(2)] : [];
  return Buffer.concat([Uint8Array.of(tag), written(length, contents.length), contents, ...end]);
}

/** Every value in a value, itself first, with where it stands. */
export function* walk(
  node: Node,
  parent?: Node,
): Generator<{ readonly node: Node; readonly parent: Node | undefined }> {
  yield { node, parent };
  for (const child of node.children ?? []) yield* walk(child, node);
}

export const isBitString = ({ tag }: Node): boolean => tag === BIT_STRING;
