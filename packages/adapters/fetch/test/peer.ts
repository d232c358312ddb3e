import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen } from '@workload-identity/adapter-suite';
import {
  AsymmetricKey,
  createMinter,
  createTokenSource,
  KeyRing,
  type TokenSource,
} from '@workload-identity/core';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly token: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A server that keeps what it receives. */
export interface Peer {
  readonly origin: string;
  readonly received: Received[];
  /** How it answers; 200 unless a test says otherwise. */
  answer: (request: Received, response: ServerResponse) => void;
  close(): Promise<void>;
}

export async function createPeer(): Promise<Peer> {
  const received: Received[] = [];
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const { method = '', url: path = '', headers } = incoming;
    const token = headers.authorization?.replace(/^Bearer /, '');
    const request = { method, path, token, headers, body: Buffer.concat(chunks).toString('latin1') };
    received.push(request);
    peer.answer(request, response);
  });
  const { port, close } = await listen(server);
  const peer: Peer = {
    origin: `http://127.0.0.1:${port}`,
    received,
    answer: (_, response) => void response.end('ok'),
    close,
  };
  return peer;
}

/** Answers 401 to these tokens, as `core/http` does, and 200 to the others. */
export function refusing(tokens: ReadonlySet<string>): Peer['answer'] {
  return ({ token = '' }, response) => {
    if (!tokens.has(token)) return void response.end('ok');
    response.setHeader('www-authenticate', 'Bearer realm="workload-identity", error="invalid_token"');
    response.writeHead(401).end('refused');
  };
}

/** A real token source, and a count of what it minted. */
export async function createSource(): Promise<TokenSource & { readonly minted: string[] }> {
  const minter = createMinter({
    issuer: 'spiffe://prod.example.com/orders',
    signers: new KeyRing({ active: await AsymmetricKey.generate() }),
  });
  const minted: string[] = [];
  const source = createTokenSource({
    minter: {
      async mint(request) {
        const token = await minter.mint(request);
        minted.push(token.token);
        return token;
      },
    },
  });
  return {
    minted,
    tokenFor: (audience) => source.tokenFor(audience),
    forget: (audience, token) => source.forget(audience, token),
  };
}
