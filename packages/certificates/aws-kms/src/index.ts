export { awsKmsCaKey } from './kms-ca-key.ts';
export type { KmsCaKeyOptions } from './options.ts';
