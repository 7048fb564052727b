export { checkClient, checkConnection, type ConnectionCheck } from './check-connection.ts';
export type { Parameters, ParameterValue, PveClient, RequestOptions, TaskStatus } from './client.ts';
export type { Authentication, Connection, Secrets, Trust } from './connection.ts';
export {
  type ConsoleClient, type ConsoleEnd, type ConsoleListener, type ConsoleSocket, type ConsoleTarget, type DisplayStream, openDisplay, openTerminal, reopen, type Retry, type TerminalStream,
} from './console/index.ts';
export { type ClientOptions, createClient } from './create-client.ts';
export { parseEndpoint } from './endpoint.ts';
export { PveError, type PveErrorDetails, type PveErrorKind } from './errors.ts';
export { addressText, createNodeShell, type NodeShell, type NodeShellOptions, type ShellResult, type SshAddress, type SshSettings } from './ssh/index.ts';
export { parseUpid, type Upid } from './tasks/upid.ts';
export { type CertificateDetails, sameFingerprint } from './tls/certificate.ts';
export type { FileClient, UploadFields, UploadOptions } from './upload.ts';
export { probeCertificate } from './tls/probe.ts';
