import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Report } from './services/report.ts';

const TIMEOUT_MS = 60_000;

/** A service in a process of its own. */
export class RunningService {
  readonly origin: string;
  readonly #child: ChildProcess;
  readonly #reports: Report[];
  readonly #waiting = new Set<() => void>();

  private constructor(child: ChildProcess, port: number, reports: Report[]) {
    this.#child = child;
    this.origin = `http://127.0.0.1:${port}`;
    this.#reports = reports;
    child.on('message', (report: Report) => {
      reports.push(report);
      for (const check of this.#waiting) check();
    });
  }

  /**
   * Starts a service and waits until it serves.
   * @param name its file under `services/`
   */
  static async start(name: string, env: Readonly<Record<string, string>>): Promise<RunningService> {
    const file = fileURLToPath(new URL(`./services/${name}.ts`, import.meta.url));
    const child = fork(file, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const reports: Report[] = [];
    const port = await new Promise<number>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`${name} did not start in time`)), TIMEOUT_MS);
      child.once('exit', (code) => reject(new Error(`${name} ended with ${code} before it served`)));
      child.on('message', function ready(report: Report) {
        if (report.type !== 'ready') return void reports.push(report);
        clearTimeout(late);
        child.off('message', ready);
        resolve(report.port);
      });
    });
    return new RunningService(child, port, reports);
  }

  /** Waits for a report that fits, from the `from`th on; see {@link reportCount}. */
  async report<T extends Report['type']>(
    type: T,
    fits: (report: Extract<Report, { type: T }>) => boolean,
    from: number,
  ): Promise<Extract<Report, { type: T }>> {
    type Wanted = Extract<Report, { type: T }>;
    const find = (): Wanted | undefined =>
      this.#reports
        .slice(from)
        .find((report): report is Wanted => report.type === type && fits(report as Wanted));
    const found = find();
    if (found !== undefined) return found;
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        this.#waiting.delete(check);
        reject(new Error('the service did not report what it should have'));
      }, TIMEOUT_MS);
      const check = (): void => {
        const report = find();
        if (report === undefined) return;
        clearTimeout(late);
        this.#waiting.delete(check);
        resolve(report);
      };
      this.#waiting.add(check);
    });
  }

  get reportCount(): number {
    return this.#reports.length;
  }

  /** Tells the service to read its configuration's sources again, as an operator does. */
  hangUp(): void {
    this.#child.kill('SIGHUP');
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.send('stop');
    await ended;
  }
}
