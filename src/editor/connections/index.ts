export type { BrokenConnection } from './connection-settings.ts';
export { Connections } from './connections.ts';
export { askOneTimeCode, EditorSecrets } from './editor-secrets.ts';
export { type EmbeddedCluster, embeddedConnection, takeEmbeddedCluster } from './embedded-cluster.ts';
