import type { WorkloadId } from '@workload-identity/contract';
import {
  createMinter,
  createTokenSource,
  type Minter,
  type MintRequest,
  readSecret as readByDefault,
  type TokenSource,
} from '@workload-identity/core';
import { readReference } from '@workload-identity/core/sources';
import type { IdentityOptions } from '../identity-options.ts';
import { Opening } from '../opening.ts';
import type { SignerContext, SignSettings } from '../rungs/rung.ts';
import type { LiveSigner } from './live-signer.ts';

/** All a service signs with. */
export interface Signing extends Minter, TokenSource {
  readonly signer: LiveSigner;
  readonly opening: Opening;
}

/** What `verify` contributes to signing. */
export interface SigningTrust {
  /** Seconds; 0 never looks again. */
  readonly pollInterval?: number | undefined;
  readonly anchors?: SignerContext['anchors'] | undefined;
}

const DEFAULT_POLL_SECONDS = 5;

/** Fills in what the configuration says where the request is silent. */
function withDefaults(minter: Minter, subject: WorkloadId, { lifetime, roles }: SignSettings): Minter {
  const silent = {
    ...(lifetime === undefined ? {} : { lifetime }),
    ...(roles === undefined ? {} : { roles }),
  };
  return {
    async mint(request: MintRequest) {
      if (typeof request !== 'object' || request === null) {
        throw new TypeError('`mint` takes a request that names at least the `audience`');
      }
      const asked = Object.entries(request).filter(([, value]) => value !== undefined);
      return minter.mint({ subject, ...silent, ...(Object.fromEntries(asked) as unknown as MintRequest) });
    },
  };
}

/**
 * Puts together what a service signs with. It does no I/O.
 * @param trust what `verify` contributes: how often to look for changes, and the anchors of the trust bundle
 */
export function createSigning(
  workload: WorkloadId,
  sign: SignSettings,
  { pollInterval = DEFAULT_POLL_SECONDS, anchors }: SigningTrust,
  options: IdentityOptions = {},
): Signing {
  const { clock = Date.now, randomBytes, random, readSecret = readByDefault } = options;
  const signer = sign.open({
    workload,
    readSecret: (reference) => readReference(reference, readSecret),
    clock,
    pollInterval,
    ...(random === undefined ? undefined : { random }),
    ...(anchors === undefined ? undefined : { anchors }),
  });
  const opening = new Opening(() => signer.ready(), clock);
  const issuing = createMinter({
    issuer: sign.issuer ?? workload,
    signers: signer,
    clock,
    ...(randomBytes === undefined ? undefined : { randomBytes }),
  });
  const minter = withDefaults(issuing, workload, sign);
  const tokens = createTokenSource({ minter, clock, ...(random === undefined ? undefined : { random }) });
  return {
    signer,
    opening,
    mint: (request) =>
      opening.done ? minter.mint(request) : opening.onUse().then(() => minter.mint(request)),
    async tokenFor(audience) {
      if (typeof audience !== 'string') throw new TypeError('`tokenFor` takes one audience');
      if (!opening.done) await opening.onUse();
      return tokens.tokenFor(audience);
    },
    forget: (audience, token) => tokens.forget(audience, token),
  };
}
