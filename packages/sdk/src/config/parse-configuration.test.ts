import { isWorkloadIdentityError } from '@workload-identity/contract';
import { describe, expect, it } from 'vitest';
import { parseConfiguration } from './parse-configuration.ts';

const WORKLOAD = 'spiffe://prod.example.com/orders';
const VERIFY = { bundle: { file: 'bundle.json' } };
const SIGN = { rung: 'hmac', key: { env: 'SECRET' } };

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
  it('prints every mistake at once: the file, the path in it, what was found, what is allowed, how to mend it', () => {
    const broken = {
      workload: 'https://prod.example.com/orders',
      sign: { rung: 'hmac', key: 'hunter2', algoritm: 'HS256', lifetime: 300, roles: ['Admin'] },
      verify: { bundle: {}, audiences: [], leeway: '2m', cacheBytes: -1, acceptRs256: 'yes' },
    };
    expect(messageOf(broken)).toMatchInlineSnapshot(`
      "The configuration is not valid: 10 mistakes in /app/workload-identity.json
        workload: found "https://prod.example.com/orders"; write \`spiffe://<trust domain>/<path>\`, such as \`spiffe://prod.example.com/orders\`
        sign.key: found a string of 7 characters; allowed: {"env": "<variable>"} or {"file": "<path>"}; put the secret there, and only its reference here
        sign.lifetime: found 300; allowed: a string; write a whole number and a unit, \`s\`, \`m\` or \`h\`, such as "90s" or "5m"
        sign.roles[0]: found "Admin"; write 1 to 64 of \`a-z 0-9 . _ : -\`
        sign: found the unknown key \`algoritm\`; allowed: \`rung\`, \`key\`, \`next\`, \`lifetime\`, \`roles\`, \`issuer\`, \`algorithm\`, \`audienceScoped\`; write \`algorithm\` instead
        verify.bundle.file: found nothing; allowed: a string; write the path of the trust bundle
        verify.audiences: found an array of 0 items; allowed: at least 1 item; name at least one audience, or remove \`audiences\`: the workload itself is the default
        verify.leeway: found "2m"; allowed: "0s" to "60s"; choose a duration within that
        verify.cacheBytes: found -1; allowed: at least 0; change it
        verify.acceptRs256: found "yes"; allowed: a boolean; change it
      Mend every line listed; nothing was started"
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
    expect(message).toContain('found the unknown key `audience`; allowed: `bundle`, `audiences`');
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
      'sign.rung: found nothing; allowed: "hmac", "asymmetric"',
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
      sign: { rung: 'ca', key: { kms: 'alias/workload-ca' } },
    });
    expect(message).toContain('sign.rung: found "ca"; allowed: "hmac", "asymmetric"');
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
          audiences: [WORKLOAD, 'https://orders.example.com'],
          leeway: '0s',
          maxLifetime: '1h',
          cacheBytes: 0,
          acceptRs256: true,
          pollInterval: '1m',
        },
      },
    ],
  ])('accepts a configuration that %s', (_, configuration) => {
    expect(messageOf(configuration)).toBe('valid');
  });
});
