import { isWorkloadIdentityError } from '@workload-identity/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCertificateRequest, memoryCaKey } from '../../src/index.ts';
import { readCertificateRequest } from '../../src/request/read-request.ts';
import { ORDERS } from '../support/scene.ts';

const REFUSALS = ['issuance_refused', 'key_invalid', 'config_invalid'];

describe('attack 15: a malformed certification request', () => {
  it('is refused with a typed error, whichever byte is changed, added or cut off', async () => {
    const { der } = await createCertificateRequest(memoryCaKey(), { identity: ORDERS });
    const refused = (bytes: Uint8Array): boolean => {
      try {
        readCertificateRequest(bytes);
        return false;
      } catch (error) {
        return isWorkloadIdentityError(error) && REFUSALS.includes(error.code);
      }
    };
    expect(refused(der)).toBe(false);
    for (let at = 0; at < der.length; at++) {
      expect(refused(der.subarray(0, at)), `cut at ${at}`).toBe(true);
      for (const bit of [0x01, 0x20, 0x80]) {
        const changed = der.map((byte, index) => (index === at ? byte ^ bit : byte));
        expect(refused(changed), `bit ${bit} of byte ${at}`).toBe(true);
      }
    }
    expect(refused(Uint8Array.of(...der, 0))).toBe(true);
  });

  it('is refused with a typed error, whatever it is', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 512 }), (bytes) => {
        expect(() => readCertificateRequest(bytes)).toThrow(
          expect.objectContaining({ name: 'WorkloadIdentityError' }),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('is refused in an encoding that is BER and not DER', async () => {
    const { der } = await createCertificateRequest(memoryCaKey(), { identity: ORDERS });
    // The outermost length in a longer form than it needs, and indefinite.
    const body = der.subarray(der[1] === 0x82 ? 4 : 3);
    const long = Uint8Array.of(0x30, 0x83, 0, body.length >> 8, body.length & 0xff, ...body);
    const indefinite = Uint8Array.of(0x30, 0x80, ...body, 0, 0);
    for (const bytes of [long, indefinite]) {
      expect(() => readCertificateRequest(bytes)).toThrow(/not DER/);
    }
  });
});
