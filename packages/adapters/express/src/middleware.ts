import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerFor } from '@workload-identity/core/http';

/** A middleware of Express 4 and 5. */
export type Middleware = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

/** Answers a refused request. Express is told nothing: its error handler would show more than the public code. */
export function refuse(response: ServerResponse, error: unknown): void {
  const { status, headers, body } = answerFor(error);
  // Something else answered meanwhile, such as a timeout: there is nothing left to say.
  if (response.headersSent) return;
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.end(body);
}
