import { afterAll, beforeAll, vi } from 'vitest';

/** Credentials no error and no log may ever show. */
export const CANARIES = {
  AWS_ACCESS_KEY_ID: 'AKIACANARYACCESSKEY0',
  AWS_SECRET_ACCESS_KEY: 'canary/secret/access/key',
  AWS_SESSION_TOKEN: 'canary-session-token',
};

/** Keeps what this machine knows of AWS out of the tests of a file. */
export function useTestEnvironment(): void {
  beforeAll(() => {
    const nowhere = { AWS_CONFIG_FILE: '/nonexistent', AWS_SHARED_CREDENTIALS_FILE: '/nonexistent' };
    for (const [name, value] of Object.entries({
      ...CANARIES,
      ...nowhere,
      AWS_EC2_METADATA_DISABLED: 'true',
    }))
      vi.stubEnv(name, value);
    for (const name of [
      'AWS_REGION',
      'AWS_DEFAULT_REGION',
      'AWS_PROFILE',
      'AWS_ENDPOINT_URL',
      'AWS_ENDPOINT_URL_KMS',
    ])
      vi.stubEnv(name, undefined);
  });
  afterAll(() => {
    vi.unstubAllEnvs();
  });
}
