// What a service does, under the configuration in the environment: `loaded-modules.test.ts` looks at what Node loads for it.
import { identity, isWorkloadIdentityError } from '@workload-identity/sdk';

await identity.ready();
await identity.verify(await identity.tokenFor(identity.workload));

// A token of a stranger, with a chain.
const header = { typ: 'wid+jwt', alg: 'ES256', x5c: ['MIIB'] };
const token = `${Buffer.from(JSON.stringify(header)).toString('base64url')}.e30.${'A'.repeat(86)}`;
const refusal = await identity.verify(token).catch((error: unknown) => error);
if (!isWorkloadIdentityError(refusal) || !refusal.code.startsWith('chain_')) throw refusal;
