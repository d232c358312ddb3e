import { subscribe } from 'node:diagnostics_channel';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a service tells the process that started it. */
export type Report =
  | { readonly type: 'ready'; readonly port: number }
  | { readonly type: 'refused'; readonly code: string; readonly status: number }
  | { readonly type: 'bundle'; readonly outcome: string; readonly sequence?: number; readonly code?: string }
  | { readonly type: 'leaf'; readonly outcome: string; readonly code?: string };

function tell(report: Report): void {
  process.send?.(report);
}

/**
 * Serves on a free port until the parent says stop or goes away, and passes on what the library publishes on its
 * diagnostics channels. A real service would feed these into its logs and metrics.
 */
export function serveUnderParent(server: Server, stop: () => Promise<void>): void {
  subscribe('workload-identity:http', (event) =>
    tell({ type: 'refused', ...(event as { code: string; status: number }) }),
  );
  subscribe('workload-identity:bundle', (event) =>
    tell({ type: 'bundle', ...(event as { outcome: string }) }),
  );
  subscribe('workload-identity:leaf', (event) => tell({ type: 'leaf', ...(event as { outcome: string }) }));
  const finish = (): void => void stop().finally(() => process.exit(0));
  process.on('message', finish);
  process.on('disconnect', finish);
  server.listen(0, '127.0.0.1', () => tell({ type: 'ready', port: (server.address() as AddressInfo).port }));
}
