import { WorkloadIdentityError } from '@workload-identity/contract';
import { describeFile } from '@workload-identity/core/sources';
import type { PKCS11 } from 'pkcs11js';
import { failureCode } from './failure-code.ts';

type Library = typeof import('pkcs11js');

/** A PKCS#11 module in this process. A process has one of each, however many keys it opens. */
export interface Pkcs11Module {
  readonly library: Library;
  readonly calls: PKCS11;
  /** Starts the module, unless it runs. */
  start(): void;
  /** Stops and starts it, which is what it takes to see a token again. False when somebody else started it. */
  restart(): boolean;
  /** Gives the module back; the last one to do so stops it. */
  release(): void;
}

async function loadLibrary(): Promise<Library> {
  try {
    // A CommonJS module whose declarations know no default export.
    const loaded = (await import('pkcs11js')) as Library & { readonly default?: Library };
    return loaded.default ?? loaded;
  } catch {
    throw new WorkloadIdentityError('config_invalid', {
      detail:
        'the package pkcs11js is missing or was not built. Install it beside @workload-identity/pkcs11 with its install script allowed (pnpm: `allowBuilds`), on a machine with a C++ compiler and Python',
    });
  }
}

class SharedModule implements Pkcs11Module {
  readonly library: Library;
  readonly calls: PKCS11;
  readonly #forget: () => void;
  #users = 0;
  #ours = false;

  constructor(library: Library, path: string, forget: () => void) {
    this.library = library;
    this.calls = new library.PKCS11();
    this.#forget = forget;
    try {
      this.calls.load(path);
    } catch {
      throw new WorkloadIdentityError('config_invalid', {
        detail: `${describeFile(path)} is not a PKCS#11 module that this process can load. Check the path, its permissions, and that it is built for this machine`,
      });
    }
  }

  join(): this {
    this.#users++;
    return this;
  }

  start(): void {
    try {
      // Worker threads of this process may use the module too.
      this.calls.C_Initialize({ flags: this.library.CKF_OS_LOCKING_OK });
      this.#ours = true;
    } catch (error) {
      if (failureCode(error) !== 'CKR_CRYPTOKI_ALREADY_INITIALIZED') throw error;
    }
  }

  restart(): boolean {
    if (!this.#ours) return false;
    this.#stop();
    this.start();
    return true;
  }

  release(): void {
    if (--this.#users > 0) return;
    this.#forget();
    if (this.#ours) this.#stop();
    this.calls.close();
  }

  #stop(): void {
    this.#ours = false;
    try {
      this.calls.C_Finalize();
    } catch (error) {
      // Stopped by somebody else: that is all that was wanted.
      if (failureCode(error) === undefined) throw error;
    }
  }
}

const modules = new Map<string, SharedModule>();

/**
 * Loads a module, or joins those who have.
 * @throws WorkloadIdentityError `config_invalid` when pkcs11js or the module cannot be loaded
 */
export async function openModule(path: string): Promise<Pkcs11Module> {
  const library = await loadLibrary();
  let module = modules.get(path);
  if (module === undefined) {
    module = new SharedModule(library, path, () => modules.delete(path));
    modules.set(path, module);
  }
  return module.join();
}
