import { createServer } from 'node:http';
import { authenticate, authorize } from '@workload-identity/express';
import { createFetch } from '@workload-identity/fetch';
import { identity } from '@workload-identity/sdk';
import express from 'express';
import { BILLING, STOREFRONT } from '../names.ts';
import { serveUnderParent } from './report.ts';

// Nothing here knows which rung signs: that is a line of the configuration.
const billing = process.env.BILLING_ORIGIN as string;
const fetch = createFetch(identity, { targets: { [billing]: BILLING } });

const app = express();
app.use(authenticate(identity));
app.post('/orders', authorize({ subjects: [STOREFRONT] }), async (request, response) => {
  const charge = await fetch(`${billing}/charges`, { method: 'POST' });
  const body: unknown = await charge.json();
  response.status(charge.ok ? 201 : 502).json({ orderedBy: request.caller?.subject, charge: body });
});

await identity.ready();
const server = createServer(app);
serveUnderParent(server, async () => {
  await new Promise((resolve) => {
    server.close(resolve);
    server.closeIdleConnections();
  });
  await identity.close();
});
