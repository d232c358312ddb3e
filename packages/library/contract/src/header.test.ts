import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { isStandardBase64 } from './header.ts';
import { readHeader } from './index.ts';
import { STANDARD_BASE64 } from './patterns.ts';

const kid = 'A'.repeat(22);
const good = { typ: 'wid+jwt', alg: 'HS256', kid };
const chain = { typ: 'wid+jwt', alg: 'ES256', x5c: ['MIIBAAAA'] };

const refusal = (code: string) => expect.objectContaining({ name: 'WorkloadIdentityError', code });
const invalid = refusal('header_invalid');

describe('readHeader', () => {
  it('reads a key identifier', () => {
    expect(readHeader(good)).toEqual({ algorithm: 'HS256', keyId: kid });
    expect(readHeader({ ...good, kid: 'A'.repeat(43), alg: 'EdDSA' })).toEqual({
      algorithm: 'Ed25519',
      keyId: 'A'.repeat(43),
    });
  });

  it('reads a chain of up to three certificates, and copies it', () => {
    const x5c = ['MIIBAAAA', 'MIICAA==', 'MIIDAAA='];
    const header = readHeader({ ...chain, x5c });
    x5c[0] = 'changed';
    expect(header).toEqual({ algorithm: 'ES256', chain: ['MIIBAAAA', 'MIICAA==', 'MIIDAAA='] });
    expect(Object.isFrozen(header) && Object.isFrozen(header.chain)).toBe(true);
  });

  it('attack 36: hands on nothing but the algorithm and the key, frozen', () => {
    const header = readHeader({ ...good, cty: 'json', future: { a: 1 }, iss: 'x' });
    expect(Object.keys(header)).toEqual(['algorithm', 'keyId']);
    expect(Object.isFrozen(header)).toBe(true);
  });

  it.each([null, undefined, 1, 'text', [], [good], true])('refuses %j', (value) => {
    expect(() => readHeader(value)).toThrow(invalid);
  });

  it.each([
    [[]],
    [['b64']],
    [['exp']],
    [['alg']],
    [['b64', 'b64']],
    ['b64'],
    [null],
    [{}],
    [false],
    [['future']],
  ])('attack 18: refuses crit %j', (crit) => {
    expect(() => readHeader({ ...good, crit })).toThrow(invalid);
    expect(() => readHeader({ ...good, crit, b64: true, future: 1 })).toThrow(invalid);
  });

  it.each([true, false, null, 'false', 0])('attack 19: refuses b64 %j, with and without crit', (b64) => {
    expect(() => readHeader({ ...good, b64 })).toThrow(invalid);
    expect(() => readHeader({ ...good, b64, crit: ['b64'] })).toThrow(invalid);
  });

  it.each(['jwk', 'jku', 'x5u', 'x5t', 'x5t#S256', 'zip', 'enc', 'epk', 'p2c', 'p2s'])(
    'refuses %s whatever it holds',
    (name) => {
      for (const value of [null, '', {}, 1, 'https://example.com']) {
        expect(() => readHeader({ ...good, [name]: value })).toThrow(invalid);
      }
    },
  );

  it.each([
    undefined,
    null,
    '',
    7,
    true,
    {},
    [kid],
    Object(kid),
    '../../dev/null',
    "x' OR 1=1 --",
    'https://keys.example.com/1',
    '__proto__',
    'constructor',
    `${kid}==`,
    `${kid}\n`,
    'A'.repeat(21),
    'A'.repeat(23),
    'A'.repeat(42),
    'A'.repeat(44),
    'A'.repeat(65_536),
  ])('attack 20: refuses kid %j', (value) => {
    expect(() => readHeader({ ...good, kid: value })).toThrow(invalid);
  });

  it.each([
    undefined,
    null,
    'JWT',
    'JOSE',
    'at+jwt',
    'WID+JWT',
    'application/wid+jwt',
    'wid+jwt ',
    ['wid+jwt'],
    1,
  ])('refuses typ %j as another type', (typ) => {
    expect(() => readHeader({ ...good, typ })).toThrow(refusal('type_unsupported'));
  });

  it.each([
    undefined,
    null,
    '',
    'none',
    'None',
    'nOnE',
    'HS1',
    'RS384',
    'ES512',
    'hs256',
    ['HS256'],
    1,
    'toString',
  ])('attack 04: refuses alg %j', (alg) => {
    expect(() => readHeader({ ...good, alg })).toThrow(refusal('algorithm_not_allowed'));
  });

  const chains: readonly (readonly [string, unknown])[] = [
    ['kid as well', { ...chain, kid }],
    ['kid as well, though null', { ...chain, kid: null }],
    ['a shared-key algorithm', { ...chain, alg: 'HS256' }],
    ['no certificate', { ...chain, x5c: [] }],
    ['four certificates', { ...chain, x5c: ['AAAA', 'AAAA', 'AAAA', 'AAAA'] }],
    ['no list', { ...chain, x5c: 'MIIBAAAA' }],
    ['null', { ...chain, x5c: null }],
    ['a null', { ...chain, x5c: [null] }],
    ['base64url', { ...chain, x5c: ['MIIB-_AA'] }],
    ['a space', { ...chain, x5c: ['MIIB AAA'] }],
    ['no padding', { ...chain, x5c: ['MIIBAAA'] }],
    ['PEM', { ...chain, x5c: ['-----BEGIN CERTIFICATE-----'] }],
    ['a certificate over 8 KiB', { ...chain, x5c: ['A'.repeat(10_928)] }],
  ];

  it.each(chains)('refuses a chain with %s', (_, header) => {
    expect(() => readHeader(header)).toThrow(invalid);
  });
});

describe('readHeader under a polluted prototype', () => {
  const polluted = Object.prototype as unknown as Record<string, unknown>;
  const names = ['alg', 'typ', 'kid', 'x5c', 'crit', 'jwk'] as const;

  afterEach(() => {
    for (const name of names) delete polluted[name];
  });

  it('attack 50: sees own members alone', () => {
    Object.assign(polluted, { alg: 'HS256', typ: 'wid+jwt', kid, crit: [], jwk: {} });
    expect(readHeader({ ...good, alg: 'ES256', kid: `${'B'.repeat(42)}A` })).toMatchObject({
      algorithm: 'ES256',
    });
    expect(() => readHeader({ typ: 'wid+jwt', alg: 'HS256' })).toThrow(invalid);
    expect(() => readHeader({ alg: 'HS256', kid })).toThrow(refusal('type_unsupported'));
    expect(() => readHeader({ typ: 'wid+jwt', kid })).toThrow(refusal('algorithm_not_allowed'));
    Object.assign(polluted, { x5c: ['MIIBAAAA'] });
    expect(readHeader(good)).toEqual({ algorithm: 'HS256', keyId: kid });
  });
});

describe('standard base64', () => {
  const letter = fc.constantFrom('A', 'Q', 'z', '7', '+', '/', '=', '-', '_', ' ', '\n', 'é', '\ud800');
  const near = fc.oneof(
    fc.string({ unit: letter, maxLength: 14 }),
    fc.tuple(fc.uint8Array(), fc.nat(), letter).map(([bytes, at, other]) => {
      const text = Buffer.from(bytes).toString('base64');
      const place = at % (text.length + 1);
      return text.slice(0, place) + other + text.slice(place + 1);
    }),
    fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('base64')),
  );

  it('is what its pattern says, for every text that is nearly some', () => {
    fc.assert(
      fc.property(near, (text) => isStandardBase64(text) === STANDARD_BASE64.test(text)),
      { numRuns: 5_000, examples: [['AA==AAAA'], ['AAAAAA==AAAA'], ['AA=='], ['AAAAAB=='], ['AAA'], ['']] },
    );
  });
});
