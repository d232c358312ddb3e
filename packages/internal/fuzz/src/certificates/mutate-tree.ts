import { branch, leaf, type Node, walk } from '../der/tree.ts';
import type { Random } from '../random.ts';

/** A change of a value of DER, in place. */
export interface TreeMutation {
  readonly name: string;
  readonly apply: (root: Node, random: Random) => void;
}

const TAGS = [
  0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0a, 0x0c, 0x12, 0x13, 0x14, 0x16, 0x17, 0x18, 0x1e, 0x30, 0x31, 0x80,
  0x81, 0x82, 0x86, 0xa0, 0xa1, 0xa3, 0x24, 0x23,
];

function somewhere(root: Node, random: Random, fits: (node: Node) => boolean = () => true): Node | undefined {
  const found = [...walk(root)].map(({ node }) => node).filter(fits);
  return found.length === 0 ? undefined : random.pick(found);
}

const isLeaf = ({ children }: Node): boolean => children === undefined;
const isBranch = ({ children }: Node): boolean => children !== undefined;
const copyOf = (node: Node): Node => {
  const { tag, children, value, length } = node;
  return { tag, value: Buffer.from(value), length, children: children?.map(copyOf) };
};

const onNode = (
  name: string,
  fits: (node: Node) => boolean,
  change: (node: Node, random: Random, root: Node) => void,
): TreeMutation => ({
  name,
  apply(root, random) {
    const node = somewhere(root, random, fits);
    if (node !== undefined) change(node, random, root);
  },
});

const hasTag =
  (...tags: readonly number[]) =>
  ({ tag }: Node): boolean =>
    tags.includes(tag);

const TIMES = [
  '300316174640Z',
  '991231235959Z',
  '500101000000Z',
  '20300317174640Z',
  '20491231235959Z',
  '20500101000000Z',
  '99991231235959Z',
  '3003161746Z',
  '300316174640+0000',
  '20300317174640.5Z',
  '300230000000Z',
  '300316246060Z',
  '19700101000000Z',
  '700101000000Z',
  '',
  '30031617464Z',
  '300316174640z',
  '00000101000000Z',
];
const SPARE: readonly (() => Node)[] = [
  () => leaf(0x05, Buffer.alloc(0)),
  () => leaf(0x02, Buffer.of(0)),
  () => leaf(0x01, Buffer.of(0xff)),
  () => leaf(0x01, Buffer.of(0)),
  () => leaf(0x04, Buffer.of(1)),
  () => leaf(0x0c, Buffer.from('a')),
  () => branch(0x30),
  () => branch(0x31),
  () => leaf(0x86, Buffer.from('spiffe://prod.example.com/orders')),
];

/** Changes that know only that there are values in values. */
export const TREE_MUTATIONS: readonly TreeMutation[] = [
  onNode(
    'another tag',
    () => true,
    (node, random) => {
      node.tag = random.pick(TAGS);
    },
  ),
  onNode(
    'a bit of a tag',
    () => true,
    (node, random) => {
      node.tag ^= 1 << random.int(8);
    },
  ),
  onNode(
    'a length written otherwise',
    () => true,
    (node, random) => {
      node.length = random.pick(['long', 'longer', 'indefinite', 'too much', 'too little'] as const);
    },
  ),
  onNode(
    'a byte is another',
    (node) => isLeaf(node) && node.value.length > 0,
    (node, random) => {
      const at = random.int(node.value.length);
      node.value[at] = random.chance(0.5)
        ? (node.value[at] as number) ^ (1 << random.int(8))
        : random.int(256);
    },
  ),
  onNode(
    'cut off',
    (node) => isLeaf(node) && node.value.length > 0,
    (node, random) => {
      node.value = node.value.subarray(0, random.int(node.value.length));
    },
  ),
  onNode('longer', isLeaf, (node, random) => {
    node.value = Buffer.concat(
      random.chance(0.5)
        ? [node.value, random.bytes(1)]
        : [Buffer.of(random.pick([0, 0x80, 0xff])), node.value],
    );
  }),
  onNode(
    'empty',
    () => true,
    (node) => {
      if (node.children !== undefined) node.children = [];
      node.value = Buffer.alloc(0);
    },
  ),
  onNode(
    'a part less',
    (node) => (node.children?.length ?? 0) > 0,
    (node, random) => void node.children?.splice(random.int(node.children.length), 1),
  ),
  onNode(
    'a part twice',
    (node) => (node.children?.length ?? 0) > 0,
    (node, random) => {
      const children = node.children as Node[];
      children.splice(random.int(children.length + 1), 0, copyOf(random.pick(children)));
    },
  ),
  onNode(
    'another order',
    (node) => (node.children?.length ?? 0) > 1,
    (node) => void node.children?.reverse(),
  ),
  onNode('a part more', isBranch, (node, random) => {
    const children = node.children as Node[];
    children.splice(random.int(children.length + 1), 0, random.pick(SPARE)());
  }),
  onNode('a part from elsewhere', isBranch, (node, random, root) => {
    const other = somewhere(root, random);
    const children = node.children as Node[];
    if (other !== undefined && other !== root)
      children.splice(random.int(children.length + 1), 0, copyOf(other));
  }),
  onNode('a truth of another kind', hasTag(0x01), (node, random) => {
    node.value = random.pick([
      Buffer.of(0),
      Buffer.of(1),
      Buffer.of(0x80),
      Buffer.alloc(0),
      Buffer.of(0xff, 0xff),
    ]);
  }),
  onNode('a number of another kind', hasTag(0x02), (node, random) => {
    node.value = random.pick([
      Buffer.of(0),
      Buffer.of(0xff),
      Buffer.of(0, 1),
      Buffer.alloc(20, 0x7f),
      Buffer.alloc(21, 0x7f),
      Buffer.alloc(20, 0xff),
      Buffer.of(3),
      Buffer.of(0xff, 0xff),
      Buffer.alloc(0),
      Buffer.of(1),
      Buffer.of(0x7f, 0xff, 0xff, 0xff),
    ]);
  }),
  onNode('other bits that do not count', hasTag(0x03), (node, random) => {
    if (node.value.length > 0) node.value[0] = random.pick([0, 1, 5, 7, 8, 255]);
  }),
  onNode('another identifier', hasTag(0x06), (node, random) => {
    node.value = random.pick([
      Buffer.concat([Buffer.of(0x80), node.value]),
      Buffer.concat([node.value, Buffer.of(0x80)]),
      Buffer.concat([node.value, Buffer.of(1)]),
      Buffer.from('2a8648ce3d0301', 'hex'),
      Buffer.from('551d25', 'hex'),
      Buffer.from('551d11', 'hex'),
      Buffer.from('551d1e', 'hex'),
      Buffer.of(0x7f),
      Buffer.alloc(0),
    ]);
  }),
  onNode('another time', hasTag(0x17, 0x18), (node, random) => {
    if (random.chance(0.4)) node.tag = node.tag === 0x17 ? 0x18 : 0x17;
    if (random.chance(0.8)) node.value = Buffer.from(random.pick(TIMES));
  }),
  onNode('another kind of text', hasTag(0x0c, 0x13, 0x16, 0x86), (node, random) => {
    if (random.chance(0.5)) node.tag = random.pick([0x0c, 0x13, 0x14, 0x16, 0x1e, 0x1c]);
    if (random.chance(0.5))
      node.value = Buffer.from(random.pick(['a\u0000b', 'é', '', 'Root', ' root ', '*', '\ufffe', 'a@b']));
  }),
];
