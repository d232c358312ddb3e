import { workloadIdentity } from '@workload-identity/fastify';
import { identity } from '@workload-identity/sdk';
import Fastify from 'fastify';
import { CHARGE, ORDERS } from '../names.ts';
import { serveUnderParent } from './report.ts';

// Nothing here knows which rung signs: that is a line of the configuration.
const app = Fastify();
await app.register(workloadIdentity, { identity });

app.post(
  '/charges',
  { config: { workloadIdentity: { subjects: [ORDERS], roles: [CHARGE] } } },
  async ({ caller }) => ({ charged: true, for: caller?.subject, rung: caller?.rung, keyId: caller?.keyId }),
);

await identity.ready();
await app.ready();
serveUnderParent(app.server, async () => {
  await app.close();
  await identity.close();
});
