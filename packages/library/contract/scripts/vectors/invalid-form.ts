import type { Keys } from './keys.ts';
import { padTo } from './padding.ts';
import { claimsOf, headerOf, mint } from './setup.ts';
import { encode, signature, tokenOf } from './sign.ts';
import type { Add } from './vector.ts';

const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

/** Size, segments, base64url: what is decided before anything is decoded. */
export function formVectors(keys: Keys, add: Add): void {
  const shared = keys['shared-hs256'];
  const good = mint('form', shared);
  const [header = '', payload = '', mac = ''] = good.split('.');

  const tooLong = (pad: string) => mint('token-too-large', shared, { pad });
  // Not every length can be reached: 16385 would end on a quarter of a byte.
  add('token-too-large', 'token_too_large', '16386 characters, otherwise right', padTo(tooLong, 16_386));
  const bytes = JSON.stringify(headerOf(shared, { pad: '' })).length;
  add(
    'header-too-large',
    'token_too_large',
    'A header of 8193 bytes, otherwise right',
    mint('header-too-large', shared, {}, { pad: 'p'.repeat(8_193 - bytes) }),
  );
  const large = (id: string, comment: string, text: string) =>
    add(id, 'token_too_large', comment, tokenOf(text, JSON.stringify(claimsOf(id)), shared));
  large(
    'header-values',
    'A header with 33 commas and opening brackets, otherwise right',
    JSON.stringify(headerOf(shared, { pad: Array(29).fill(0) })),
  );
  large(
    'header-outside-strings',
    'A header with 513 characters outside of its strings, otherwise right',
    JSON.stringify(headerOf(shared)).replace('{', `{${' '.repeat(506)}`),
  );
  large(
    'header-escapes',
    'A header with 257 escapes, otherwise right',
    JSON.stringify(headerOf(shared, { pad: '\n'.repeat(257) })),
  );
  add('dots-flood', 'token_too_large', 'Dots alone, 20000 of them', '.'.repeat(20_000));

  const malformed = (id: string, comment: string, token: string) =>
    add(id, 'token_malformed', comment, token);
  malformed('empty', 'No text at all', '');
  malformed('one-segment', 'One segment', header);
  malformed('two-segments', 'The signature is missing, and its dot', `${header}.${payload}`);
  malformed('signature-empty', 'The signature is empty', `${header}.${payload}.`);
  malformed('payload-empty', 'The payload is empty', `${header}..${mac}`);
  malformed('header-empty', 'The header is empty', `.${payload}.${mac}`);
  malformed('only-dots', 'Two dots', '..');
  malformed('four-segments', 'A fourth segment', `${good}.${mac}`);
  malformed(
    'five-segments',
    'Five segments, like an encrypted token',
    `${header}.${mac}.${mac}.${payload}.${mac}`,
  );
  malformed('space-before', 'A space before', ` ${good}`);
  malformed('newline-after', 'A line break after', `${good}\n`);
  malformed(
    'space-inside',
    'A space within the payload',
    `${header}.${payload.slice(0, 8)} ${payload.slice(8)}.${mac}`,
  );
  malformed('scheme-prefix', 'The name of the scheme before it', `Bearer ${good}`);
  malformed('quoted', 'Quotes around it', `"${good}"`);
  malformed('nul-after', 'A NUL after', `${good}\0`);
  malformed('fullwidth-dot', 'A dot that only looks like one', good.replace('.', '\uff0e'));
  malformed(
    'json-serialization',
    'The JSON form of a signed object',
    JSON.stringify({ payload, protected: header, signature: mac }),
  );
  malformed(
    'signature-long',
    'A signature of 1367 characters, longer than any is',
    `${header}.${payload}.${'A'.repeat(1_367)}`,
  );
  malformed('signature-padding', 'Padding after the signature', `${good}=`);
  malformed('signature-short', 'A signature of 41 characters: no number of whole bytes', good.slice(0, -2));

  // 32 bytes end in two unused bits.
  const last = good.at(-1) ?? '';
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  malformed(
    'signature-bits',
    'Unused bits of the signature are set',
    good.slice(0, -1) + alphabet[alphabet.indexOf(last) + 1],
  );
  reencoded(keys, malformed);
}

/** Segments in another spelling, signed as they stand: the encoding alone is wrong. */
function reencoded(keys: Keys, malformed: (id: string, comment: string, token: string) => void): void {
  const shared = keys['shared-hs256'];
  const resign = (input: string) => `${input}.${encode(signature(input, shared))}`;
  const plain = JSON.stringify(headerOf(shared));
  const loose = (pad: string) => JSON.stringify(claimsOf('payload-bits', { pad }));
  const payload = ['', 'p', 'pp'].map(loose).find((text) => Buffer.from(text).length % 3 === 1) ?? '';
  const strict = encode(payload);
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const changed = strict.slice(0, -1) + alphabet[alphabet.indexOf(strict.at(-1) ?? '') + 1];
  malformed(
    'payload-bits',
    'Unused bits of the payload are set, and signed',
    resign(`${encode(plain)}.${changed}`),
  );
  malformed('payload-padding', 'A padded payload, and signed', resign(`${encode(plain)}.${strict}==`));
  const standard = Buffer.from(JSON.stringify(claimsOf('payload-alphabet', { pad: '~~~???>>>' }))).toString(
    'base64',
  );
  malformed(
    'payload-alphabet',
    'The payload in the alphabet of standard base64, and signed',
    resign(`${encode(plain)}.${standard.replaceAll('=', '')}`),
  );
}

const NESTED = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

/** JSON texts that leave room for two readings, in the header and in the payload alike. */
export function jsonVectors(keys: Keys, add: Add): void {
  const shared = keys['shared-hs256'];
  const inHeader = (id: string, comment: string, text: string | Uint8Array) =>
    add(
      `header-${id}`,
      'token_malformed',
      `Header: ${comment}`,
      tokenOf(text, JSON.stringify(claimsOf(`header-${id}`)), shared),
    );
  const inPayload = (id: string, comment: string, text: string | Uint8Array) =>
    add(
      `payload-${id}`,
      'token_malformed',
      `Payload: ${comment}`,
      tokenOf(JSON.stringify(headerOf(shared)), text, shared),
    );
  broken(inHeader, (id) => JSON.stringify(headerOf(shared, { note: id })));
  broken(inPayload, (id) => JSON.stringify(claimsOf(`payload-${id}`, { note: id })));

  inHeader(
    'escaped-name',
    'a name with an escape in it, otherwise right',
    JSON.stringify(headerOf(shared)).replace('"alg"', '"\\u0061lg"'),
  );
  inHeader('duplicate-alg', 'alg twice', JSON.stringify(headerOf(shared)).replace('{', '{"alg":"none",'));
  inHeader(
    'duplicate-escaped',
    'kid twice, once escaped',
    JSON.stringify(headerOf(shared)).replace('{', '{"\\u006bid":"x",'),
  );
  const claims = (id: string) => JSON.stringify(claimsOf(`payload-${id}`));
  inPayload(
    'duplicate-sub',
    'sub twice, the same value',
    claims('duplicate-sub').replace('{', '{"sub":"spiffe://prod.example.com/orders",'),
  );
  inPayload(
    'duplicate-exp',
    'exp twice, the later one first',
    claims('duplicate-exp').replace('{', '{"exp":9999999999,'),
  );
  inPayload(
    'duplicate-escaped',
    'iss twice, once escaped',
    claims('duplicate-escaped').replace('{', '{"\\u0069ss":"https://sts.example.com",'),
  );
  inPayload(
    'duplicate-roles',
    'roles twice',
    claims('duplicate-roles').replace('{', '{"roles":["reader"],"roles":["admin"],'),
  );
  inPayload(
    'duplicate-nested',
    'a member of ext twice',
    claims('duplicate-nested').replace('{', '{"ext":{"a":1,"a":2},'),
  );
  inPayload(
    'duplicate-proto',
    '__proto__ twice',
    claims('duplicate-proto').replace('{', '{"__proto__":1,"__proto__":{},'),
  );
}

function broken(
  put: (id: string, comment: string, text: string | Uint8Array) => void,
  text: (id: string) => string,
): void {
  const insert = (id: string, member: string) => text(id).replace('{', `{${member},`);
  const bytes = (id: string, raw: readonly number[]) => {
    const [before = '', after = ''] = text(id).split(id);
    return Buffer.concat([Buffer.from(before), Buffer.from(raw), Buffer.from(after)]);
  };
  put('not-json', 'no JSON', 'typ=wid+jwt');
  put('truncated', 'the closing brace is missing', text('truncated').slice(0, -1));
  put('trailing', 'a second value after the first', `${text('trailing')}{}`);
  put('trailing-comma', 'a comma before the closing brace', `${text('trailing-comma').slice(0, -1)},}`);
  put('comment', 'a comment', text('comment').replace('{', '{/* */'));
  put('single-quotes', 'single quotes', text('single-quotes').replaceAll('"', "'"));
  put('nan', 'a number JSON does not have', insert('nan', '"x":NaN'));
  put('control', 'a line break within a string', insert('control', '"x":"a\nb"'));
  put('bom', 'a byte order mark', Buffer.concat([BOM, Buffer.from(text('bom'))]));
  put('utf-16', 'UTF-16', Buffer.from(text('utf-16'), 'utf16le'));
  put('invalid-utf-8', 'a byte that UTF-8 does not have', bytes('invalid-utf-8', [0x61, 0xff]));
  put('overlong-utf-8', 'an overlong form of a slash', bytes('overlong-utf-8', [0xc0, 0xaf]));
  put('surrogate-bytes', 'a surrogate as UTF-8', bytes('surrogate-bytes', [0xed, 0xa0, 0x80]));
  put('high-surrogate', 'a high surrogate alone', insert('high-surrogate', '"x":"\\ud83d"'));
  put('low-surrogate', 'a low surrogate alone, in a name', insert('low-surrogate', '"\\udc00":1'));
  put('depth-9', 'nine levels deep', insert('depth-9', `"x":${NESTED(8)}`));
  put('depth-1500', 'fifteen hundred levels deep', insert('depth-1500', `"x":${NESTED(1_500)}`));
}
