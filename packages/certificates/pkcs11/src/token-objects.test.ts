import { createPublicKey, generateKeyPairSync, randomBytes, verify } from 'node:crypto';
import { isWorkloadIdentityError } from '@workload-identity/contract';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { failure } from '../test/failure.ts';
import { OpenKeys } from '../test/open-keys.ts';
import { describeWithSoftHsm, PIN } from '../test/softhsm.ts';
import { createPkcs11KeyPair } from './create-key-pair.ts';
import { openModule, type Pkcs11Module } from './module.ts';
import type { Pkcs11CaKeyOptions } from './options.ts';

const TBS = randomBytes(600);
const SESSION_HANDLE_INVALID = 'b3';

/** A pair whose public point begins with this byte, behind the 04 that says what kind of point it is. */
function pairStartingWith(byte: number) {
  for (;;) {
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const point = pair.publicKey.export({ format: 'der', type: 'spki' }).subarray(-65);
    if (point[1] === byte) return { ...pair, point };
  }
}

describeWithSoftHsm('objects on a token', (hsm) => {
  const keys = new OpenKeys(hsm);
  let beside: Pkcs11Module;
  let point: Buffer;
  const create = (keyLabel: string) => createPkcs11KeyPair({ ...keys.options, keyLabel });

  /** A session of its own on the token, logged in or not, while nothing else uses the module. */
  async function withSession<T>(login: boolean, work: (session: Buffer) => T): Promise<T> {
    const { calls, library } = beside;
    beside.start();
    try {
      const slot = calls.C_GetSlotList(true).find((one) => calls.C_GetTokenInfo(one).label.trim() === 'main');
      const flags = library.CKF_SERIAL_SESSION | library.CKF_RW_SESSION;
      const session = calls.C_OpenSession(slot as Buffer, flags);
      if (login) calls.C_Login(session, library.CKU_USER, PIN);
      return work(session);
    } finally {
      calls.C_Finalize();
    }
  }
  function find(session: Buffer, half: 'private' | 'public', label: string): Buffer[] {
    const { calls, library } = beside;
    calls.C_FindObjectsInit(session, [
      {
        type: library.CKA_CLASS,
        value: half === 'private' ? library.CKO_PRIVATE_KEY : library.CKO_PUBLIC_KEY,
      },
      { type: library.CKA_LABEL, value: label },
    ]);
    const found = calls.C_FindObjects(session, 5);
    calls.C_FindObjectsFinal(session);
    return found;
  }

  beforeAll(async () => {
    hsm.createToken('main');
    const { spki } = await create('ca');
    point = Buffer.from(spki).subarray(-65);
    beside = await openModule(hsm.module);
  });
  afterEach(() => keys.close());
  afterAll(() => beside?.release());

  test('a created pair is the token’s alone, by what the token says to others', async () => {
    await create('custody');
    const { calls, library } = beside;
    const flags = (session: Buffer, object: Buffer, types: number[]) =>
      types.map((type) => calls.C_GetAttributeValue(session, object, [{ type }])[0]?.value?.[0]);
    await withSession(true, (session) => {
      const [privateKey] = find(session, 'private', 'custody');
      const [publicKey] = find(session, 'public', 'custody');
      const { CKA_TOKEN, CKA_PRIVATE, CKA_SENSITIVE, CKA_EXTRACTABLE, CKA_SIGN, CKA_VERIFY } = library;
      const asked = [CKA_TOKEN, CKA_PRIVATE, CKA_SENSITIVE, CKA_EXTRACTABLE, CKA_SIGN];
      expect(flags(session, privateKey as Buffer, asked)).toEqual([1, 1, 1, 0, 1]);
      expect(flags(session, publicKey as Buffer, [CKA_TOKEN, CKA_VERIFY])).toEqual([1, 1]);
    });
    const seen = await withSession(false, (session) => find(session, 'private', 'custody'));
    expect(seen).toEqual([]);
  });

  test.each(['private', 'public'] as const)(
    'a label of which only the %s half is left is taken',
    async (half) => {
      const { keyId } = await create(`only ${half}`);
      await withSession(true, (session) => {
        const other = half === 'private' ? 'public' : 'private';
        for (const object of find(session, other, `only ${half}`))
          beside.calls.C_DestroyObject(session, object);
      });
      await expect(create(`only ${half}`)).rejects.toThrow('exists already');
      const byId = createPkcs11KeyPair({ ...keys.options, keyLabel: `new ${half}`, keyId });
      await expect(byId).rejects.toThrow('exists already');
    },
  );

  test('no half is left of a pair that is destroyed again', async () => {
    hsm.fault('attribute 162 01');
    await failure(create('leaky'));
    hsm.fault();
    const left = await withSession(true, (session) =>
      (['private', 'public'] as const).flatMap((half) => find(session, half, 'leaky')),
    );
    expect(left).toEqual([]);
  });

  test('an RSA key of the same name is passed over', async () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
    hsm.importKey('main', 'mixed', 'd1', rsa.privateKey);
    await create('mixed');
    await expect(keys.with({ keyLabel: 'mixed' }).sign(TBS)).resolves.toBeDefined();
  });

  test.each(['empty', 'none'])(
    'where the private key has no id, the public one is found by label: %s',
    async (id) => {
      const pinned = await keys.with().publicKey();
      hsm.fault(`attribute 102 ${id}`);
      expect(await keys.with().publicKey()).toEqual(pinned);
    },
  );

  test('an attribute that cannot be read now is read again, and not taken for unknown', async () => {
    hsm.fault(`fail C_GetAttributeValue ${SESSION_HANDLE_INVALID} 1`);
    await expect(keys.with().sign(TBS)).resolves.toBeDefined();
  });

  const flags: [string, string, string][] = [
    ['usable without the PIN', 'attribute 2 00', 'can be used without the PIN (CKA_PRIVATE)'],
    ['private, in two bytes', 'attribute 2 0101', 'the token does not say (CKA_PRIVATE)'],
    ['private, in no byte', 'attribute 2 empty', 'the token does not say (CKA_PRIVATE)'],
    ['of no known privacy', 'attribute 2 none', 'the token does not say (CKA_PRIVATE)'],
    ['extractable, in two bytes', 'attribute 162 0000', 'the token does not say (CKA_EXTRACTABLE)'],
    ['sensitive, in no byte', 'attribute 103 empty', 'the token does not say (CKA_SENSITIVE)'],
  ];
  test.each(flags)('a private key is refused that is %s', async (_what, rule, reason) => {
    hsm.fault(rule);
    const error = await failure(keys.with().sign(TBS));
    expect(isWorkloadIdentityError(error, 'key_invalid')).toBe(true);
    expect(error.message).toContain(reason);
  });

  test.each(['00', 'none'])('no setting accepts a key usable without the PIN: %s', async (value) => {
    hsm.fault(`attribute 2 ${value}`);
    const error = await failure(keys.with({ allowExtractableKey: true }).sign(TBS));
    expect(isWorkloadIdentityError(error, 'key_invalid')).toBe(true);
    expect(error.message).toContain('(CKA_PRIVATE)');
  });

  test.each([false, 'true', 1])('only true itself accepts a key that may have copies: %j', async (given) => {
    hsm.fault('attribute 164 00');
    const change = { allowExtractableKey: given } as Partial<Pkcs11CaKeyOptions>;
    await expect(keys.with(change).sign(TBS)).rejects.toThrow('CKA_NEVER_EXTRACTABLE');
  });

  const points: [string, (point: Buffer) => string][] = [
    ['in another wrapping', (bare) => `0541${bare.toString('hex')}`],
    ['in a wrapping of another length', (bare) => `0442${bare.toString('hex')}`],
    ['with a byte more', (bare) => `${bare.toString('hex')}00`],
    [
      'of the hybrid form',
      (bare) => Buffer.of(6 | ((bare.at(-1) ?? 0) & 1), ...bare.subarray(1)).toString('hex'),
    ],
    [
      'compressed',
      (bare) => Buffer.of(2 | ((bare.at(-1) ?? 0) & 1), ...bare.subarray(1, 33)).toString('hex'),
    ],
  ];
  test.each(points)('a public point is refused that is %s', async (_what, change) => {
    hsm.fault(`attribute 181 ${change(point)}`);
    const error = await failure(keys.with().publicKey());
    expect(isWorkloadIdentityError(error, 'key_invalid')).toBe(true);
    expect(error.message).toContain('the public key object on the token is damaged');
  });

  test('a bare point that looks like a wrapped one is read as it is', async () => {
    const { privateKey, publicKey, point: bare } = pairStartingWith(65);
    hsm.importKey('main', 'alike', 'e1', privateKey);
    hsm.fault(`attribute 181 ${bare.toString('hex')}`);
    const { spki } = await keys.with({ keyLabel: 'alike', allowExtractableKey: true }).publicKey();
    expect(Buffer.from(spki)).toEqual(publicKey.export({ format: 'der', type: 'spki' }));
  });

  test('what is to be signed is taken when sign() is called, and is bytes', async () => {
    const key = keys.with();
    for (const wrong of [new Uint8Array(), 'text', undefined, [1, 2]])
      await expect(key.sign(wrong as Uint8Array)).rejects.toThrow(TypeError);
    const tbs = Uint8Array.from(TBS);
    const signing = key.sign(tbs);
    tbs.fill(0);
    const { spki } = await key.publicKey();
    const anyone = { key: Buffer.from(spki), format: 'der', type: 'spki' } as const;
    expect(verify('sha256', TBS, createPublicKey(anyone), await signing)).toBe(true);
  });
});
