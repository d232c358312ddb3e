import { KMSClient } from '@aws-sdk/client-kms';
import { isWorkloadIdentityError } from '@workload-identity/contract';
import { describe, expect, test } from 'vitest';
import { awsKmsCaKey } from './kms-ca-key.ts';
import { type KmsCaKeyOptions, readOptions } from './options.ts';

const ARN = 'arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';

describe('the options of a CA key in KMS', () => {
  test.each([
    ['alias/workload-ca', undefined],
    ['1234abcd-12ab-34cd-56ef-1234567890ab', undefined],
    ['mrk-1234abcd12ab34cd56ef1234567890ab', undefined],
    [ARN, 'eu-west-1'],
    ['arn:aws-us-gov:kms:us-gov-west-1:123456789012:alias/workload-ca', 'us-gov-west-1'],
  ])('%s is a key, in region %s', (keyId, region) => {
    expect(readOptions({ keyId }).region).toBe(region);
    expect(awsKmsCaKey({ keyId, region: region ?? 'eu-west-1' }).name).toBe(`kms ${keyId}`);
  });

  const refused: [string, Partial<KmsCaKeyOptions>, string][] = [
    ['no key', { keyId: '' }, 'must be a key id'],
    ['a key with a line break', { keyId: 'alias/a\nb' }, 'must be a key id'],
    ['the ARN of something else', { keyId: 'arn:aws:s3:::bucket' }, 'is not the ARN of a KMS key'],
    ['a key that begins with a line break', { keyId: '\nalias/a' }, 'must be a key id'],
    ['an alias of 257 characters', { keyId: `alias/${'a'.repeat(251)}` }, 'must be a key id'],
    ['a key that has no form', { keyId: 'workload-ca' }, 'must be a key id'],
    ['a region with more behind it', { region: 'eu-west-1.evil.example' }, 'not the name of a region'],
    ['two regions', { keyId: ARN, region: 'eu-west-2' }, 'is in eu-west-1 by its ARN'],
    ['a region that is a host', { region: 'evil.example/' }, 'not the name of a region'],
    ['plain HTTP to another machine', { endpoint: 'http://kms.example.com' }, 'must be an `https:` URL'],
    [
      'plain HTTP to a look-alike of this machine',
      { endpoint: 'http://127.0.0.1.example.com' },
      'must be an',
    ],
    [
      'plain HTTP to a name that ends like this machine',
      { endpoint: 'http://evil-localhost' },
      'must be an `https:` URL',
    ],
    ['another scheme on this machine', { endpoint: 'ftp://127.0.0.1/' }, 'must be an `https:` URL'],
    ['a user in the endpoint', { endpoint: 'https://user@kms.example.com' }, 'without credentials'],
    ['a password in the endpoint', { endpoint: 'https://:secret@kms.example.com' }, 'without credentials'],
    ['another scheme', { endpoint: 'file:///etc/passwd' }, 'must be an `https:` URL'],
    [
      'credentials in the endpoint',
      { endpoint: 'https://user:secret@kms.example.com' },
      'without credentials',
    ],
    ['an endpoint that is no URL', { endpoint: 'kms' }, 'must be an `https:` URL'],
  ];
  test.each(refused)('%s is refused', (_what, change, reason) => {
    try {
      awsKmsCaKey({ keyId: 'alias/ca', ...change });
      expect.fail('it was accepted');
    } catch (error) {
      expect(isWorkloadIdentityError(error, 'config_invalid')).toBe(true);
      expect((error as Error).message).toContain(reason);
      expect((error as Error).message).not.toContain('secret');
    }
  });

  test.each(['eu-west-1', 'us-gov-east-1', 'us-isob-east-1', 'ap-southeast-2', 'eusc-de-east-1'])(
    '%s may be the region',
    (region) => {
      expect(readOptions({ keyId: 'alias/ca', region }).region).toBe(region);
    },
  );

  test.each([
    'qJ3xTt7kPq0vZ8yW2mNcR5uLhE9aSdFgB1oIiKjXlVU=',
    'qJ3xTt7kPq0vZ8yW2mNcR5uL_E9aSdFgB1oIiKjX-VU',
    '9f'.repeat(32),
    '82640517',
    'correct horse battery staple',
    'correct-horse-battery-staple',
    'MFRGG3DFMZTWQ2LKNNWG23TPOBYXE43UOV3HO6DZPIYDCMRTGQ2Q',
  ])('attack 56: a secret in place of a key, a region or an endpoint is not shown: %j', (canary) => {
    const changes = [
      { keyId: canary },
      { keyId: `arn:${canary}` },
      { region: canary },
      { endpoint: canary },
      { endpoint: `https://${canary}@kms.example.com` },
    ];
    for (const change of changes) {
      try {
        awsKmsCaKey({ keyId: 'alias/ca', ...change });
        expect.fail('it was accepted');
      } catch (error) {
        expect(isWorkloadIdentityError(error, 'config_invalid')).toBe(true);
        expect(`${(error as Error).stack} ${JSON.stringify(error)}`).not.toContain(canary);
      }
    }
  });

  test.each([
    'https://vpce-1.kms.eu-west-1.vpce.amazonaws.com',
    'http://127.0.0.1:5000',
    'http://[::1]:5000',
    'http://localhost:5000',
  ])('%s may be the endpoint', (endpoint) => {
    expect(readOptions({ keyId: 'alias/ca', endpoint }).endpoint).toBe(endpoint);
  });

  const client = new KMSClient({ region: 'eu-west-1' });
  const mistakes: [string, Partial<KmsCaKeyOptions>][] = [
    ['no attempt', { attempts: 0 }],
    ['too many attempts', { attempts: 11 }],
    ['half an attempt', { attempts: 1.5 }],
    ['no time', { attemptSeconds: 0 }],
    ['negative time', { connectSeconds: -1 }],
    ['time in text', { attemptSeconds: '1' as unknown as number }],
    ['endless time', { connectSeconds: Number.POSITIVE_INFINITY }],
    ['a client and an endpoint', { client, endpoint: 'https://kms.example.com' }],
    ['a client and a time for connections', { client, connectSeconds: 1 }],
    ['a client and a time for attempts', { client, attemptSeconds: 1 }],
    ['too much time', { budgetSeconds: 61 }],
    ['time that is no number', { budgetSeconds: Number.NaN }],
    ['a client and a region', { client, region: 'eu-west-1' }],
    ['a client and attempts', { client, attempts: 2 }],
    ['an option that does not exist', { regoin: 'eu-west-1' } as Partial<KmsCaKeyOptions>],
    ['a key that is no text', { keyId: 7 as unknown as string }],
  ];
  test('the longest key, time and number of attempts are taken', () => {
    const keyId = `alias/${'a'.repeat(250)}`;
    expect(readOptions({ keyId, budgetSeconds: 60, attempts: 10 })).toMatchObject({
      keyId,
      budgetMs: 60_000,
      attempts: 10,
    });
    expect(readOptions({ keyId, client, budgetSeconds: 1 }).client).toBe(client);
  });

  test.each([undefined, null, 'alias/ca'])('settings are an object, and not %j', (settings) => {
    expect(() => awsKmsCaKey(settings as never)).toThrow('settings are required');
  });

  test('a key that is no text is named as the mistake', () => {
    expect(() => awsKmsCaKey({ keyId: 7 as unknown as string })).toThrow('keyId must be a string');
  });

  test('what stands on the prototype of the settings is not theirs', () => {
    const inherited = Object.create({ endpoint: 'http://127.0.0.1:1' }) as KmsCaKeyOptions;
    expect(readOptions(Object.assign(inherited, { keyId: 'alias/ca' })).endpoint).toBeUndefined();
  });

  test.each(mistakes)('%s is a mistake of the caller', (_what, change) => {
    expect(() => awsKmsCaKey({ keyId: 'alias/ca', ...change })).toThrow(TypeError);
  });
});
