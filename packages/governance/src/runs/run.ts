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

async function runToken(minter: Side, verifiers: Verifiers, signer: OpenSigner, token: TokenCase) {
  let text: string;
  try {
    text = await mintToken(minter, signer, token);
  } catch (error) {
    return [...verifiers].map(([verifier]) => ({ verifier, failure: `not minted: ${describeError(error)}` }));
  }
  const wanted = expectedIdentity(signer.issuer, token);
  return Promise.all(
    [...verifiers].map(async ([verifier, asked]) => {
      const { identity, refusal } = await ask(asked, text, token.provenKey);
      if (refusal !== undefined) return { verifier, failure: `refused: ${refusal}` };
      const wrong = missing(identity, wanted);
      return { verifier, ...(wrong === undefined ? {} : { failure: `accepted with another \`${wrong}\`` }) };
    }),
  );
}

type Verifiers = ReadonlyMap<string, Awaited<ReturnType<typeof verifierFor>>>;

async function runSigner(
  minter: Side,
  sides: readonly Side[],
  signer: SignerCase,
  tokens: readonly TokenCase[],
): Promise<readonly Outcome[]> {
  const head = { signer: signer.name, minter: minter.name };
  let open: OpenSigner | undefined;
  try {
    open = await signer.open(minter);
    const verifiers = new Map<string, Awaited<ReturnType<typeof verifierFor>>>();
    for (const side of sides) verifiers.set(side.name, await verifierFor(side, open));
    const outcomes: Outcome[] = [];
    for (const token of tokens.filter((one) => fits(signer, one))) {
      const found = await runToken(minter, verifiers, open, token);
      outcomes.push(...found.map((one) => ({ ...head, token: token.name, ...one })));
    }
    return outcomes;
  } catch (error) {
    const failure = `not set up: ${describeError(error)}`;
    return sides.map((side) => ({ ...head, token: 'all', verifier: side.name, failure }));
  } finally {
    open?.close?.();
  }
}

/** Mints every token with every signer of one side, and has the given sides verify them. */
export async function runMinter(
  minter: Side,
  verifiers: readonly Side[],
  tokens: readonly TokenCase[],
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const signer of SIGNERS) outcomes.push(...(await runSigner(minter, verifiers, signer, tokens)));
  return outcomes;
}
