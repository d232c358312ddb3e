import type { CaKey } from '@workload-identity/ca';
import type { Pkcs11CaKeyOptions } from '../src/options.ts';
import { pkcs11CaKey } from '../src/pkcs11-ca-key.ts';
import { readPin, type SoftHsm } from './softhsm.ts';

/** Opens keys through the module that does harm, and closes them after each test. */
export class OpenKeys {
  readonly #open: CaKey[] = [];
  readonly #hsm: SoftHsm;

  constructor(hsm: SoftHsm) {
    this.#hsm = hsm;
  }

  /** The key `ca` of the token `main`. */
  get options(): Pkcs11CaKeyOptions {
    return {
      module: this.#hsm.faulty,
      tokenLabel: 'main',
      keyLabel: 'ca',
      pin: { env: 'PIN' },
      readSecret: readPin,
    };
  }

  with(change: Partial<Pkcs11CaKeyOptions> = {}): CaKey {
    return this.open({ ...this.options, ...change });
  }

  open(options: Pkcs11CaKeyOptions): CaKey {
    const key = pkcs11CaKey(options);
    this.#open.push(key);
    return key;
  }

  /** Ends the fault that was set, then closes every key. */
  async close(): Promise<void> {
    this.#hsm.fault();
    for (const key of this.#open.splice(0)) await key.close?.();
  }
}
