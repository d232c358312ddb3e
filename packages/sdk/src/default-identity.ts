import { WorkloadIdentityError } from '@workload-identity/contract';
import { defineVerify, verifyNow } from '@workload-identity/core';
import { readConfiguration } from './config/read-configuration.ts';
import { createWorkloadIdentity } from './create-workload-identity.ts';
import type { WorkloadIdentity } from './workload-identity.ts';

let created: WorkloadIdentity | undefined;
let closed = false;

function own(): WorkloadIdentity {
  if (closed) throw new WorkloadIdentityError('closed');
  // A configuration that is broken is read again on the next use: it may have been fixed.
  created ??= createWorkloadIdentity(readConfiguration());
  return created;
}

async function close(): Promise<void> {
  closed = true;
  await created?.close();
}

/**
 * The identity of this service, from the configuration that `WORKLOAD_IDENTITY_CONFIG` names (see `readConfiguration`).
 * The configuration is read on first use, and any use throws `config_invalid` when it is not valid.
 */
export const identity: WorkloadIdentity = Object.freeze({
  get workload() {
    return own().workload;
  },
  mint: async (request) => own().mint(request),
  verify: defineVerify((token, options) => verifyNow(own(), token, options)),
  tokenFor: async (audience) => own().tokenFor(audience),
  forget: (audience, token) => own().forget(audience, token),
  ready: async () => own().ready(),
  reload: async () => own().reload(),
  status: () => own().status(),
  close,
  [Symbol.asyncDispose]: close,
} satisfies WorkloadIdentity);

/** Mints a token of this service: {@link identity}`.mint`. */
export const mint: WorkloadIdentity['mint'] = identity.mint;

/** Verifies the token of a caller of this service: {@link identity}`.verify`. */
export const verify: WorkloadIdentity['verify'] = identity.verify;
