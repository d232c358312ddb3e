const listeners = new Set<() => void>();

function tell(): void {
  for (const listener of listeners) listener();
}

/** Calls back on SIGHUP, until the returned function is called. One listener of the process serves all; it keeps nothing alive. */
export function onHangup(listener: () => void): () => void {
  if (listeners.size === 0) process.on('SIGHUP', tell);
  listeners.add(listener);
  return () => {
    if (listeners.delete(listener) && listeners.size === 0) process.off('SIGHUP', tell);
  };
}
