import { WorkloadIdentityError } from '@workload-identity/contract';

/** What Node says where a package is not installed. */
function isMissing(error: unknown, name: string): boolean {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  return code === 'ERR_MODULE_NOT_FOUND' && String(message).includes(`'${name}'`);
}

/**
 * Loads a package that a service installs only where its configuration needs it.
 * @param setting the setting that needs it, such as `sign.key.awsKms`
 * @throws WorkloadIdentityError `config_invalid`, which says what to install
 */
export async function loadOptional<T>(name: string, setting: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    const detail = isMissing(cause, name)
      ? `\`${setting}\` needs the package ${name}, which is not installed: run \`npm install ${name}\``
      : `\`${setting}\` needs the package ${name}, which cannot be loaded: see the cause, and install it again`;
    throw new WorkloadIdentityError('config_invalid', { detail, cause });
  }
}
