import { WorkloadIdentityError } from '@workload-identity/contract';
import { describeFile, describeLabel, readReference } from '@workload-identity/core/sources';
import type { PKCS11 } from 'pkcs11js';
import { failureCode } from './failure-code.ts';
import type { Pkcs11Module } from './module.ts';
import type { TokenSettings } from './options.ts';

/** A session on a token, with its user logged in. */
export interface Token {
  readonly library: Pkcs11Module['library'];
  readonly calls: PKCS11;
  readonly slot: Buffer;
  readonly session: Buffer;
}

/** A handle is an unsigned long of the machine, the lowest byte first. */
const numberOf = (handle: Buffer): number => handle.readUIntLE(0, Math.min(6, handle.length));

function labelOf(calls: PKCS11, slot: Buffer): string | undefined {
  try {
    return calls.C_GetTokenInfo(slot).label.trimEnd();
  } catch {
    return undefined;
  }
}

function findSlot({ calls }: Pkcs11Module, { module, tokenLabel, slot: number }: TokenSettings): Buffer {
  const slots = calls.C_GetSlotList(true).map((slot) => ({ slot, label: labelOf(calls, slot) }));
  const found = slots.filter(({ slot, label }) =>
    tokenLabel === undefined ? numberOf(slot) === number : label === tokenLabel,
  );
  const [first] = found;
  if (first !== undefined && found.length === 1) return first.slot;
  const label = describeLabel(tokenLabel ?? '');
  if (first !== undefined)
    throw new WorkloadIdentityError('config_invalid', {
      detail: `${found.length} tokens of ${describeFile(module)} have the label ${label}: name the slot`,
    });
  const present = slots.map((one) => one.label).filter((one) => one);
  const wanted = tokenLabel === undefined ? `in slot ${number}` : `with the label ${label}`;
  throw new WorkloadIdentityError('authority_unavailable', {
    detail: `${describeFile(module)} has no token ${wanted}; it has ${present.join(', ') || 'none'}`,
  });
}

/** The PIN as the token wants it. A file usually ends with a line feed that is not part of it. */
export async function readPin({ pin, readSecret }: TokenSettings): Promise<string> {
  return (await readReference(pin, readSecret)).replace(/\r?\n$/, '');
}

/** The last try is not for a process that a supervisor restarts over and over. */
function checkTriesLeft({ calls, library }: Pkcs11Module, slot: Buffer): void {
  if ((calls.C_GetTokenInfo(slot).flags & library.CKF_USER_PIN_FINAL_TRY) === 0) return;
  throw new WorkloadIdentityError('authority_unavailable', {
    detail:
      'the token says that one more wrong PIN locks it, so none was tried. Log in once by hand with the right one, and compare it with what this process is given',
  });
}

/**
 * Opens a session and logs the user in. Throws the module's errors as they are.
 * @throws WorkloadIdentityError `authority_unavailable` when there is no such token
 */
export function openToken(module: Pkcs11Module, settings: TokenSettings, pin: string, write = false): Token {
  const { library, calls } = module;
  module.start();
  const slot = findSlot(module, settings);
  checkTriesLeft(module, slot);
  const session = calls.C_OpenSession(
    slot,
    library.CKF_SERIAL_SESSION | (write ? library.CKF_RW_SESSION : 0),
  );
  const token = { library, calls, slot, session };
  try {
    calls.C_Login(session, library.CKU_USER, pin);
  } catch (error) {
    // Logins are the process's, not the session's.
    if (failureCode(error) !== 'CKR_USER_ALREADY_LOGGED_IN') {
      closeToken(token);
      throw error;
    }
  }
  return token;
}

/** Ends the session, if it still is one. With a token's last session its login ends. */
export function closeToken({ calls, session }: Token): void {
  try {
    calls.C_CloseSession(session);
  } catch {
    // It had ended before.
  }
}
