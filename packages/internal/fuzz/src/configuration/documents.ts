import type { Palette } from '../documents/mutate.ts';
import { BILLING, ORDERS } from '../world/names.ts';

const workload = ORDERS;
const verify = { bundle: { file: '/nowhere/bundle.json' } };
const key = { env: 'NOBODY_SET_THIS' };
const pkcs11 = { module: '/usr/lib/hsm.so', token: 'ca', label: 'ca 1', pin: { env: 'NOBODY_SET_THIS' } };

/** Configurations that are good, one of every kind. */
export const CONFIGURATIONS: readonly object[] = [
  { workload, verify },
  {
    $schema: './config.schema.json',
    workload,
    sign: { rung: 'hmac', key, algorithm: 'HS512', lifetime: '5m' },
    verify,
  },
  {
    workload,
    sign: { rung: 'hmac', key: { file: '/nowhere/secret' }, next: key, audienceScoped: true, roles: ['a'] },
  },
  { workload, sign: { rung: 'asymmetric', key: { file: 'orders.pem' }, next: { file: 'next.pem' } }, verify },
  {
    workload,
    sign: { rung: 'ca', key: { file: 'ca.pem', passphrase: key }, certificate: { file: 'ca.crt' } },
    verify: {
      ...verify,
      audiences: [ORDERS, BILLING],
      leeway: '5s',
      maxLifetime: '10m',
      cacheBytes: 0,
      pollInterval: '0s',
    },
  },
  {
    workload,
    sign: { rung: 'ca', key: { pkcs11 }, certificate: { file: 'ca.crt' }, leaf: { lifetime: '1h' } },
  },
  { workload, sign: { rung: 'ca', key: { awsKms: 'alias/workload-ca', region: 'eu-west-1' } }, verify },
];

/** Members that hold a secret, or the reference to one. */
export const SECRET_MEMBERS: readonly string[] = [
  'key',
  'next',
  'secret',
  'env',
  'file',
  'passphrase',
  'pin',
];

/** What configurations are changed with. */
export const PALETTE: Palette = {
  names: [
    '$schema',
    'workload',
    'sign',
    'verify',
    'rung',
    'key',
    'next',
    'env',
    'file',
    'awsKms',
    'awsKms',
    'pkcs11',
    'region',
    'endpoint',
    'module',
    'token',
    'label',
    'pin',
    'passphrase',
    'certificate',
    'intermediates',
    'leaf',
    'lifetime',
    'roles',
    'issuer',
    'algorithm',
    'audienceScoped',
    'bundle',
    'audiences',
    'leeway',
    'maxLifetime',
    'cacheBytes',
    'acceptRs256',
    'pollInterval',
    'secret',
    'password',
    '__proto__',
    'constructor',
  ],
  texts: [
    'hmac',
    'asymmetric',
    'ca',
    ORDERS,
    BILLING,
    'https://sts.prod.example.com',
    '5m',
    '0s',
    '24h',
    '61s',
    '1h30m',
    '1e3s',
    '٥m',
    'HS256',
    'ES256',
    'eu-west-1',
    'alias/ca',
    './key.pem',
    '/run/secrets/key',
    'SECRET',
    'secret',
    'a\u0000b',
    'a\nb',
    '',
    ' ',
    'https://kms.example.com',
    'http://kms.example.com',
    'https://user:password@kms.example.com',
  ],
};
