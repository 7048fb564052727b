import { randomBytes } from 'node:crypto';

/**
 * The frame of a webview: nothing but our own script and style may load, nothing may be sent anywhere, and everything shown is put in
 * by the script as text. https://code.visualstudio.com/api/extension-guides/webview#content-security-policy
 * @param parts addresses as `asWebviewUri` gives them
 */
export function pageHtml({ title, cspSource, script, style }: { readonly title: string; readonly cspSource: string; readonly script: string; readonly style: string }): string {
  const nonce = randomBytes(24).toString('base64url');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-${nonce}'; style-src ${cspSource}; font-src ${cspSource}; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="${style}">
</head>
<body>
<main id="app"></main>
<script type="module" nonce="${nonce}" src="${script}"></script>
</body>
</html>
`;
}
