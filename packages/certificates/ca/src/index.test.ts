import { describe, expect, it } from 'vitest';
import * as entry from './index.ts';

describe('@workload-identity/ca', () => {
  it('exports these names and no others', () => {
    expect(Object.keys(entry).sort()).toEqual([
      'createCaKeyFile',
      'createCertificateAuthority',
      'createCertificateRequest',
      'createIntermediateCertificate',
      'createLeafSource',
      'createRootCertificate',
      'fileCaKey',
      'memoryCaKey',
    ]);
  });
});
