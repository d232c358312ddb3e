const HEX = /^[0-9a-fA-F]{64,}$/;
const BASE32 = /^(?=.*[2-7])[A-Z2-7]{32,}=*$/;
// What begins with a slash is an absolute path, unless it is padded.
const BASE64 = /^(?:[A-Za-z0-9+_-][A-Za-z0-9+/_-]{42,}={0,2}|\/[A-Za-z0-9+/_-]{42,}=+)$/;
const RANDOM_MIX = [/[a-z]/, /[A-Z]/, /[0-9]/];
// A PEM block, the start of a token, or a JWK.
const DOCUMENT = /-----BEGIN|(?:^|\s)eyJ|"kty"/;

const isMixed = (text: string): boolean => RANDOM_MIX.every((kind) => kind.test(text));

/** Tells whether a name is rather 32 random bytes, a key or a token: put there by mistake, it must not be used or shown. */
export function isSecretItself(name: string): boolean {
  return HEX.test(name) || BASE32.test(name) || DOCUMENT.test(name) || (BASE64.test(name) && isMixed(name));
}
