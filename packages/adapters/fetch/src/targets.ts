import { isAudience } from '@workload-identity/contract/identifiers';

const LOOPBACK = /^http:\/\/(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/;

function originOf(text: string): string {
  if (!URL.canParse(text))
    throw new TypeError(`targets: ${text} is not an origin such as https://billing.internal`);
  const { origin, protocol } = new URL(text);
  if ((protocol !== 'https:' && protocol !== 'http:') || origin !== text) {
    throw new TypeError(
      `targets: ${text} is not an origin; write ${origin === 'null' ? 'https://<host>' : origin}`,
    );
  }
  return origin;
}

/**
 * Reads which audience stands behind which origin. The match is exact: `http` and `https`, and every port, are different.
 * @throws TypeError for what is no origin or no audience, and for `http` beyond this machine unless `allowPlainHttp`
 */
export function readTargets(
  targets: Readonly<Record<string, string>>,
  allowPlainHttp: boolean,
): ReadonlyMap<string, string> {
  const entries = typeof targets === 'object' && targets !== null ? Object.entries(targets) : [];
  if (entries.length === 0)
    throw new TypeError('`targets` is required: at least one origin and its audience');
  return new Map(
    entries.map(([text, audience]) => {
      const origin = originOf(text);
      if (!isAudience(audience))
        throw new TypeError(`targets: the audience of ${origin} is not visible ASCII text`);
      if (!allowPlainHttp && origin.startsWith('http:') && !LOOPBACK.test(origin)) {
        throw new TypeError(
          `targets: ${origin} would send tokens in clear text; use https, or say \`allowPlainHttp: true\``,
        );
      }
      return [origin, audience];
    }),
  );
}
