/** What a webview's page needs to know of where it is. */
export interface PageAddresses {
  /** For the content security policy: where VS Code serves the extension's files from. */
  readonly source: string;
  readonly script: string;
  readonly style: string;
}

/** The display's page. Only its own script and style run; it opens no connection of its own. */
export function displayPage({ source, script, style }: PageAddresses): string {
  const policy = `default-src 'none'; script-src ${source}; style-src ${source}; img-src data:`;
  return `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta http-equiv="Content-Security-Policy" content="${policy}">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Display</title>
  <link rel="stylesheet" href="${style}">
</head>
<body>
  <div id="bar" role="toolbar" aria-label="Display">
    <span id="status" role="status" aria-live="polite"></span>
    <button id="reset" type="button" disabled>Send Ctrl-Alt-Del</button>
    <button id="paste" type="button" disabled title="Types the clipboard's text into the guest">Type Clipboard</button>
    <button id="fit" type="button" aria-pressed="true">Fit to Size</button>
    <button id="reconnect" type="button">Reconnect</button>
  </div>
  <div id="screen" role="application" aria-label="The guest’s screen. Control F6 leaves it." title="Ctrl+F6 gives the keyboard back"></div>
  <script type="module" src="${script}"></script>
</body>
</html>`;
}
