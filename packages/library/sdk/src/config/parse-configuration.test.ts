import { isWorkloadIdentityError } from '@workload-identity/contract';
import { describe, expect, it } from 'vitest';
import { parseConfiguration } from './parse-configuration.ts';

const WORKLOAD = 'spiffe://prod.example.com/orders';
const VERIFY = { bundle: { file: 'bundle.json' } };
const SIGN = { rung: 'hmac', key: { env: 'SECRET' } };

const CA = { workload: WORKLOAD, sign: { rung: 'ca', key: { awsKms: 'alias/workload-ca' } } };
const PKCS11 = {
  pkcs11: { module: '/usr/lib/softhsm/libsofthsm2.so', token: 'ca', label: 'ca 1', pin: { env: 'PIN' } },
};

function messageOf(configuration: unknown): string {
  const text = typeof configuration === 'string' ? configuration : JSON.stringify(configuration);
  try {
    parseConfiguration(text, '/app/workload-identity.json');
  } catch (error) {
    if (isWorkloadIdentityError(error, 'config_invalid')) return error.message;
    throw error;
  }
  return 'valid';
}

describe('parseConfiguration', () => {
  it('prints every mistake at once: the file, the path in it, what was found, what is allowed, how to fix it', () => {
    const broken = {
      workload: 'https://prod.example.com/orders',
      sign: { rung: 'hmac', key: 'hunter2', algoritm: 'HS256', lifetime: 300, roles: ['Admin'] },
      verify: {
        bundle: {},
        trustDomain: 'Prod',
        audiences: [],
        leeway: '2m',
        cacheBytes: -1,
        acceptRs256: 'yes',
      },
    };
    expect(messageOf(broken)).toMatchInlineSnapshot(`
      "The configuration is not valid: 11 mistakes in /app/workload-identity.json
        workload: found "https://prod.example.com/orders"; write \`spiffe://<trust domain>/<path>\`, such as \`spiffe://prod.example.com/orders\`
        sign.key: found a string of 7 characters; allowed: {"env": "<variable>"} or {"file": "<path>"}; put the secret there, and only its reference here
        sign.lifetime: found 300; allowed: a string; write a whole number and a unit, \`s\`, \`m\` or \`h\`, such as "90s" or "5m"
        sign.roles[0]: found "Admin"; write 1 to 64 of \`a-z 0-9 . _ : -\`
        sign: found the unknown key \`algoritm\`; allowed: \`rung\`, \`key\`, \`next\`, \`lifetime\`, \`roles\`, \`issuer\`, \`algorithm\`, \`audienceScoped\`; write \`algorithm\` instead
        verify.bundle.file: found nothing; allowed: a string; write the path of the trust bundle
        verify.trustDomain: found "Prod"; write 1 to 255 of \`a-z 0-9 . _ -\`, such as \`prod.example.com\`
        verify.audiences: found an array of 0 items; allowed: at least 1 item; name at least one audience, or remove \`audiences\`: the workload itself is the default
        verify.leeway: found "2m"; allowed: "0s" to "60s"; choose a duration within that
        verify.cacheBytes: found -1; allowed: at least 0; change it
        verify.acceptRs256: found "yes"; allowed: a boolean; change it
      Mend all that is named; none of it was put to use"
    `);
  });

  it('tells of repeated names together with all else', () => {
    const message = messageOf(`{"workload": "${WORKLOAD}",\n "workload": "x", "verify": {}}`);
    expect(message).toContain('3 mistakes in /app/workload-identity.json');
    expect(message).toContain('line 2, column 2: found this name a second time');
    expect(message).toContain('workload: found "x"');
    expect(message).toContain('verify.bundle: found nothing');
  });

  it('attack 27: refuses an unknown key at every level, and names the one that was meant', () => {
    const verify = { bundle: { file: 'b.json', path: 'b.json' }, audience: [WORKLOAD] };
    const message = messageOf({
      workload: WORKLOAD,
      verify,
      sign: { ...SIGN, Key: SIGN.key },
      verfy: VERIFY,
    });
    expect(message).toContain('4 mistakes');
    expect(message).toContain(
      'found the unknown key `audience`; allowed: `bundle`, `trustDomain`, `audiences`',
    );
    expect(message).toContain('write `audiences` instead');
    expect(message).toContain('verify.bundle: found the unknown key `path`; allowed: `file`');
    expect(message).toContain('write `key` instead');
    expect(message).toContain('write `verify` instead');
  });

  it.each([
    ['workload', { verify: VERIFY }, 'workload: found nothing'],
    ['sign and verify', { workload: WORKLOAD }, 'allowed: `sign`, `verify` or both'],
    ['verify.bundle', { workload: WORKLOAD, verify: {} }, 'verify.bundle: found nothing'],
    [
      'verify.bundle.file',
      { workload: WORKLOAD, verify: { bundle: {} } },
      'verify.bundle.file: found nothing',
    ],
    [
      'sign.rung',
      { workload: WORKLOAD, sign: { key: SIGN.key } },
      'sign.rung: found nothing; allowed: "hmac", "asymmetric", "ca"',
    ],
    ['sign.key', { workload: WORKLOAD, sign: { rung: 'asymmetric' } }, 'sign.key: found nothing'],
    [
      'a value of the audiences',
      { workload: WORKLOAD, verify: { ...VERIFY, audiences: [] } },
      'name at least one audience',
    ],
    ['the document', null, 'the document: found'],
    ['an object', [], 'the document: found an array of 0 items; allowed: an object'],
  ])('attack 43: refuses a configuration without %s', (_, configuration, mistake) => {
    expect(messageOf(configuration)).toContain(mistake);
  });

  it('names the rungs there are for one there is not', () => {
    const message = messageOf({
      workload: WORKLOAD,
      sign: { rung: 'pki', key: { awsKms: 'alias/workload-ca' } },
    });
    expect(message).toContain('sign.rung: found "pki"; allowed: "hmac", "asymmetric", "ca"');
    expect(messageOf({ workload: WORKLOAD, sign: { ...SIGN, rung: 'hmacs' } })).toContain(
      'write "hmac" instead',
    );
  });

  it('refuses a larger algorithm for audience-scoped keys, which have 32 bytes', () => {
    const sign = { ...SIGN, audienceScoped: true };
    expect(messageOf({ workload: WORKLOAD, sign })).toBe('valid');
    expect(messageOf({ workload: WORKLOAD, sign: { ...sign, algorithm: 'HS512' } })).toContain(
      'sign.algorithm: ',
    );
  });

  it('is not misled by a member named __proto__', () => {
    const message = messageOf(
      `{"workload": "${WORKLOAD}", "__proto__": {"verify": {"bundle": {"file": "b"}}}}`,
    );
    expect(message).toContain('unknown key `__proto__`');
    expect(message).toContain('allowed: `sign`, `verify` or both');
  });

  it.each([
    ['only signs', { workload: WORKLOAD, sign: SIGN }],
    ['only verifies', { workload: WORKLOAD, verify: VERIFY }],
    [
      'says everything',
      {
        $schema: './node_modules/@workload-identity/sdk/config.schema.json',
        workload: WORKLOAD,
        sign: {
          ...SIGN,
          next: { file: '/run/secrets/next' },
          algorithm: 'HS512',
          lifetime: '15m',
          roles: ['orders.read'],
          issuer: 'https://sts.example.com',
        },
        verify: {
          ...VERIFY,
          trustDomain: 'partner.example.com',
          audiences: [WORKLOAD, 'https://orders.example.com'],
          leeway: '0s',
          maxLifetime: '1h',
          cacheBytes: 0,
          acceptRs256: true,
          pollInterval: '1m',
        },
      },
    ],
    ['signs under a CA, whose certificate is in the bundle', { ...CA, verify: VERIFY }],
    ['only signs under a CA', { workload: WORKLOAD, sign: { ...CA.sign, certificate: { file: 'ca.crt' } } }],
    [
      'says everything of a CA in a KMS',
      {
        workload: WORKLOAD,
        sign: {
          rung: 'ca',
          key: {
            awsKms: 'arn:aws:kms:eu-west-1:111122223333:key/mrk-0123456789abcdef0123456789abcdef',
            region: 'eu-west-1',
            endpoint: 'https://vpce-1.kms.eu-west-1.vpce.amazonaws.com',
          },
          certificate: { file: 'ca.crt' },
          leaf: { lifetime: '168h', usage: 'issuer' },
          issuer: 'https://sts.example.com',
          lifetime: '1h',
          roles: ['orders.read'],
        },
      },
    ],
    ['says everything of a CA in an HSM', { ...CA, sign: { rung: 'ca', key: PKCS11 }, verify: VERIFY }],
  ])('accepts a configuration that %s', (_, configuration) => {
    expect(messageOf(configuration)).toBe('valid');
  });

  it('refuses a CA without a certificate where there is no bundle to find it in', () => {
    expect(messageOf(CA)).toContain(
      'sign.certificate: found nothing; allowed: {"file": "<path>"} without `verify`; name the certificate',
    );
  });

  const FORMS =
    'sign.key: found an object; allowed: exactly one of {"file": "<path>", "passphrase"?: <reference>}, {"awsKms": ';

  it.each([
    ['none', {}, FORMS],
    ['a reference', { env: 'CA_KEY' }, FORMS],
    ['two', { file: 'ca.pem', awsKms: 'alias/workload-ca' }, FORMS],
    ['three', { file: 'ca.pem', awsKms: 'alias/workload-ca', ...PKCS11 }, FORMS],
    [
      'text',
      'alias/workload-ca',
      'sign.key: found a string of 17 characters; allowed: exactly one of {"file"',
    ],
    [
      'a KMS key that can be none',
      { awsKms: 'workload-ca' },
      'sign.key.awsKms: found a string of 11 characters; write',
    ],
    [
      'a misspelt region',
      { awsKms: 'alias/a', regoin: 'x' },
      'unknown key `regoin`; allowed: `awsKms`, `region`',
    ],
    [
      'a region that is none',
      { awsKms: 'alias/a', region: 'EU' },
      'sign.key.region: found a string of 2 characters',
    ],
    [
      'a region that may be a passphrase',
      { awsKms: 'alias/a', region: 'correct-horse-battery-staple' },
      'sign.key.region: found a string of 28 characters',
    ],
    [
      'plain HTTP',
      { awsKms: 'alias/a', endpoint: 'http://kms.example.com' },
      'sign.key.endpoint: found a string',
    ],
    ['credentials', { awsKms: 'alias/a', endpoint: 'https://a:b@kms.example.com' }, 'without credentials'],
    [
      'no PIN',
      { pkcs11: { ...PKCS11.pkcs11, pin: undefined } },
      'sign.key.pkcs11.pin: found nothing; allowed: {"env',
    ],
    [
      'a bare PIN',
      { pkcs11: { ...PKCS11.pkcs11, pin: '1234' } },
      'sign.key.pkcs11.pin: found a string of 4 char',
    ],
    [
      'a relative module',
      { pkcs11: { ...PKCS11.pkcs11, module: 'hsm.so' } },
      'write the absolute path of a PKCS#11',
    ],
    [
      'half a PKCS#11 key',
      { pkcs11: { module: '/hsm.so' } },
      'sign.key: found an object; allowed: {"pkcs11": {"module"',
    ],
    [
      'a bare passphrase',
      { file: 'ca.pem', passphrase: 'hunter2' },
      'sign.key.passphrase: found a string of 7',
    ],
    [
      'a key in place of its path',
      { file: '-----BEGIN PRIVATE KEY-----\n' },
      'write the path of a file, not the key',
    ],
  ])('says what is wrong with the key of a CA: %s', (_, key, expected) => {
    const message = messageOf({ workload: WORKLOAD, sign: { rung: 'ca', key }, verify: VERIFY });
    expect(message).toContain('1 mistake in');
    expect(message).toContain(expected);
  });

  const SECRET = 'qJ3xTt7kPq0vZ8yW2mNcR5uLhE9aSdFgB1oIiKjXlVU=';

  it.each([
    ['sign.key.file', { sign: { rung: 'ca', key: { file: SECRET } } }],
    ['sign.key.pkcs11.label', { sign: { rung: 'ca', key: { pkcs11: { ...PKCS11.pkcs11, label: SECRET } } } }],
    [
      'sign.key.pkcs11.module',
      { sign: { rung: 'ca', key: { pkcs11: { ...PKCS11.pkcs11, module: `/${SECRET.slice(1)}` } } } },
    ],
    ['sign.certificate.file', { ...CA, sign: { ...CA.sign, certificate: { file: SECRET } } }],
    ['verify.bundle.file', { verify: { bundle: { file: SECRET } } }],
    ['sign.key', { sign: { ...SIGN, key: { env: '9f'.repeat(32).replace('9', 'a') } } }],
    ['sign.next', { sign: { ...SIGN, next: { file: SECRET } } }],
    [
      'sign.key.passphrase',
      { sign: { rung: 'ca', key: { file: './ca.pem', passphrase: { file: SECRET } } } },
    ],
    [
      'sign.key.pkcs11.pin',
      { sign: { rung: 'ca', key: { pkcs11: { ...PKCS11.pkcs11, pin: { file: SECRET } } } } },
    ],
  ])('attack 56: refuses what surely is a secret in the place of its reference: %s', (path, parts) => {
    const message = messageOf({ workload: WORKLOAD, verify: VERIFY, ...parts });
    expect(message).toContain('1 mistake in');
    expect(message).toContain(`${path}: found `);
    expect(message).toContain('this looks like the secret itself; put it into a variable or a file');
  });

  it.each([
    [
      'its issuer, for leaves that assert only themselves',
      { issuer: WORKLOAD },
      'sign.leaf.usage: found nothing; allowed: "issuer"',
    ],
    [
      'the lifetime of leaves',
      { leaf: { lifetime: '30s' } },
      'sign.leaf.lifetime: found "30s"; allowed: "1m" to "168h"',
    ],
    [
      'the usage of leaves',
      { leaf: { usage: 'isuer' } },
      'sign.leaf.usage: found "isuer"; allowed: "self", "issuer"; write "issuer"',
    ],
    ['a next key, which it has no use for', { next: { env: 'A' } }, 'found the unknown key `next`'],
    [
      'a certificate in place of its file',
      { certificate: 'PEM' },
      'sign.certificate: found "PEM"; allowed: an object',
    ],
  ])('says what is wrong with %s', (_, parts, expected) => {
    const message = messageOf({ ...CA, sign: { ...CA.sign, ...parts }, verify: VERIFY });
    expect(message).toContain('1 mistake in');
    expect(message).toContain(expected);
  });
});
