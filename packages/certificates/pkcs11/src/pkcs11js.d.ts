// What this package uses of pkcs11js. Its own declarations are there only where the addon could be built, and the
// repository must compile everywhere.
declare module 'pkcs11js' {
  type Handle = Buffer;
  type Template = { readonly type: number; readonly value?: number | boolean | string | Buffer }[];

  const CKA_ALWAYS_AUTHENTICATE: number;
  const CKA_ALWAYS_SENSITIVE: number;
  const CKA_CLASS: number;
  const CKA_EC_PARAMS: number;
  const CKA_EC_POINT: number;
  const CKA_EXTRACTABLE: number;
  const CKA_ID: number;
  const CKA_KEY_TYPE: number;
  const CKA_LABEL: number;
  const CKA_NEVER_EXTRACTABLE: number;
  const CKA_PRIVATE: number;
  const CKA_SENSITIVE: number;
  const CKA_SIGN: number;
  const CKA_TOKEN: number;
  const CKA_VERIFY: number;
  const CKF_OS_LOCKING_OK: number;
  const CKF_RW_SESSION: number;
  const CKF_SERIAL_SESSION: number;
  const CKF_USER_PIN_FINAL_TRY: number;
  const CKK_EC: number;
  const CKM_ECDSA: number;
  const CKM_ECDSA_SHA256: number;
  const CKM_ECDSA_SHA384: number;
  const CKM_EC_KEY_PAIR_GEN: number;
  const CKO_PRIVATE_KEY: number;
  const CKO_PUBLIC_KEY: number;
  const CKU_USER: number;

  class PKCS11 {
    load(path: string): void;
    close(): void;
    C_Initialize(options?: { readonly flags?: number }): void;
    C_Finalize(): void;
    C_GetInfo(): object;
    C_GetSlotList(tokenPresent?: boolean): Handle[];
    C_GetTokenInfo(slot: Handle): { readonly label: string; readonly flags: number };
    C_GetMechanismList(slot: Handle): number[];
    C_OpenSession(slot: Handle, flags: number): Handle;
    C_CloseSession(session: Handle): void;
    C_CloseAllSessions(slot: Handle): void;
    C_Login(session: Handle, user: number, pin: string): void;
    C_Logout(session: Handle): void;
    C_FindObjectsInit(session: Handle, template: Template): void;
    C_FindObjects(session: Handle, most: number): Handle[];
    C_FindObjectsFinal(session: Handle): void;
    C_GetAttributeValue(
      session: Handle,
      object: Handle,
      template: Template,
    ): { readonly type: number; readonly value: Buffer }[];
    C_SetAttributeValue(session: Handle, object: Handle, template: Template): void;
    C_DestroyObject(session: Handle, object: Handle): void;
    C_GenerateKeyPair(
      session: Handle,
      mechanism: { readonly mechanism: number },
      publicTemplate: Template,
      privateTemplate: Template,
    ): { readonly publicKey: Handle; readonly privateKey: Handle };
    C_SignInit(session: Handle, mechanism: { readonly mechanism: number }, key: Handle): void;
    C_Sign(session: Handle, data: Buffer, signature: Buffer): Buffer;
  }
}
