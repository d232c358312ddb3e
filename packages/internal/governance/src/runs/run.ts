import type { Verifier } from '@workload-identity/core';
import { CHAIN_SIGNERS } from './chains.ts';
import { expectedIdentity, mintToken } from './mint.ts';
import type { Side } from './side.ts';
import { KEY_SIGNERS, type OpenSigner, type SignerCase } from './signers.ts';
import type { TokenCase } from './tokens.ts';
import { ask, describeError, missing, verifierFor } from './verify.ts';

/** One token that went from a minter to a verifier. */
export interface Outcome {
  readonly signer: string;
  readonly token: string;
  readonly minter: string;
  readonly verifier: string;
  /** Why it was not accepted as what it is; undefined where all is well. */
  readonly failure?: string;
}

const SIGNERS: readonly SignerCase[] = [...KEY_SIGNERS, ...CHAIN_SIGNERS];

const fits = (signer: SignerCase, { claims }: TokenCase): boolean =>
  !(signer.oneAudience && Array.isArray(claims.aud) && claims.aud.length > 1);

/** Mints one token and has it verified. Returns why it was not accepted as what it is. */
async function runToken(
  minter: Side,
  verifier: Verifier,
  signer: OpenSigner,
  token: TokenCase,
): Promise<string | undefined> {
  let text: string;
  try {
    text = await mintToken(minter, signer, token);
  } catch (error) {
    return `not minted: ${describeError(error)}`;
  }
  const { identity, refusal } = await ask(verifier, text, token.provenKey);
  if (refusal !== undefined) return `refused: ${refusal}`;
  const wrong = missing(identity, expectedIdentity(signer.issuer, token));
  return wrong === undefined ? undefined : `accepted with another \`${wrong}\``;
}

async function runSigner(
  minter: Side,
  verifier: Side,
  signer: SignerCase,
  tokens: readonly TokenCase[],
): Promise<readonly Outcome[]> {
  const head = { signer: signer.name, minter: minter.name, verifier: verifier.name };
  const outcome = (token: string, failure: string | undefined): Outcome => ({
    ...head,
    token,
    ...(failure === undefined ? {} : { failure }),
  });
  let open: OpenSigner | undefined;
  try {
    open = await signer.open(minter);
    const asked = await verifierFor(verifier, open);
    const outcomes: Outcome[] = [];
    for (const token of tokens.filter((one) => fits(signer, one))) {
      outcomes.push(outcome(token.name, await runToken(minter, asked, open, token)));
    }
    return outcomes;
  } catch (error) {
    return [outcome('any token', `not set up: ${describeError(error)}`)];
  } finally {
    open?.close?.();
  }
}

/** Mints every token with every signer of one side, and has the other side verify it. */
export async function runDirection(
  minter: Side,
  verifier: Side,
  tokens: readonly TokenCase[],
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const signer of SIGNERS) outcomes.push(...(await runSigner(minter, verifier, signer, tokens)));
  return outcomes;
}
