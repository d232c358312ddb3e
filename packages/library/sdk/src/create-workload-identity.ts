import { WorkloadIdentityError } from '@workload-identity/contract';
import { type BundleStatus, defineVerify, verifyNow } from '@workload-identity/core';
import type { Configuration } from './config/configuration.ts';
import { readSettings } from './config/parse-configuration.ts';
import { checkOptions, type IdentityOptions } from './identity-options.ts';
import { onHangup } from './signals.ts';
import { createSigning, type Signing } from './signing/signing.ts';
import { createVerifying, type Verifying } from './verifying/verifying.ts';
import type { BundleState, IdentityStatus, WorkloadIdentity } from './workload-identity.ts';

function plain({ error, ...status }: BundleStatus): BundleState {
  return error === undefined ? status : { ...status, error: { code: error.code, message: error.message } };
}

/** Waits for all, then throws what the first of them failed with. */
async function allOf(tasks: readonly Promise<unknown>[]): Promise<void> {
  const failed = (await Promise.allSettled(tasks)).find(({ status }) => status === 'rejected');
  if (failed !== undefined) throw (failed as PromiseRejectedResult).reason;
}

/**
 * Makes the identity of a service from its configuration. It checks everything at once and does no I/O: `ready()`, or the
 * first use, reads the keys and the bundle.
 *
 * @throws WorkloadIdentityError `config_invalid`, with every mistake
 * @throws TypeError for an option that does not exist or is of the wrong kind
 */
export function createWorkloadIdentity(
  configuration: Configuration,
  options: IdentityOptions = {},
): WorkloadIdentity {
  checkOptions(options);
  const { workload, sign, verify } = readSettings(
    configuration,
    'the configuration given to createWorkloadIdentity',
  );
  const anchors = verify && (async () => (verifying as Verifying).anchors());
  const trust = { pollInterval: verify?.pollInterval, anchors };
  const signing = sign && createSigning(workload, sign, trust, options);
  const verifying: Verifying | undefined =
    verify && createVerifying(workload, verify, async () => signing?.signer.heal(), options);
  const sources = [signing, verifying].filter((source) => source !== undefined);
  let closed = false;

  function mustBeOpen(): void {
    if (closed) throw new WorkloadIdentityError('closed');
  }
  function signer(): Signing {
    mustBeOpen();
    if (signing !== undefined) return signing;
    throw new WorkloadIdentityError('signer_unavailable', { detail: 'the configuration has no `sign`' });
  }
  function verifier(): Verifying {
    mustBeOpen();
    if (verifying !== undefined) return verifying;
    throw new WorkloadIdentityError('bundle_unavailable', { detail: 'the configuration has no `verify`' });
  }
  function status(): IdentityStatus {
    mustBeOpen();
    return Object.freeze({
      workload,
      ...(signing === undefined ? undefined : { signer: signing.signer.status() }),
      ...(verifying === undefined ? undefined : { bundle: plain(verifying.bundle.status()) }),
    });
  }
  async function ready(): Promise<void> {
    mustBeOpen();
    await allOf(sources.map(({ opening }) => opening.now())).finally(mustBeOpen);
  }
  async function readAgain(): Promise<void> {
    // The bundle first: the anchors in it may be what a signer waits for.
    await verifying?.bundle.reload();
    await signing?.signer.reload();
    for (const { opening } of sources) opening.forgive();
  }
  async function reload(): Promise<IdentityStatus> {
    mustBeOpen();
    await readAgain();
    return status();
  }
  const stopListening = options.signals === false ? undefined : onHangup(() => void readAgain());
  async function close(): Promise<void> {
    closed = true;
    stopListening?.();
    verifying?.bundle.close();
    await signing?.signer.close();
  }

  return Object.freeze({
    workload,
    mint: async (request) => signer().mint(request),
    verify: defineVerify((token, verifyOptions) => verifyNow(verifier(), token, verifyOptions)),
    tokenFor: async (audience) => signer().tokenFor(audience),
    forget: (audience, token) => signer().forget(audience, token),
    ready,
    reload,
    status,
    close,
    [Symbol.asyncDispose]: close,
  } satisfies WorkloadIdentity);
}
