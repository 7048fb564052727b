/** What no bundle of the extension host contains: VS Code itself, and native helpers that packages ask for and do without (ws, ssh2). */
export const externals = ['vscode', 'bufferutil', 'utf-8-validate', 'cpu-features', '*/sshcrypto.node'];
