import * as vscode from 'vscode';

/** Asks for a filter and applies it while it is typed; Escape brings back what was there. */
export function showFilterBox(current: string, apply: (filter: string) => void): void {
  const box = vscode.window.createInputBox();
  box.title = 'Filter the Proxmox explorer';
  box.placeholder = 'web   tag:prod   status:running   node:pve1   pool:…   type:lxc   vmid:10';
  box.prompt = 'Words that guests, nodes and storages must have. Enter keeps the filter, Escape restores the one before.';
  box.value = current;
  box.ignoreFocusOut = false;
  let accepted = false;
  let timer: NodeJS.Timeout | undefined;
  let applied = current;
  const set = (filter: string): void => {
    clearTimeout(timer);
    if (filter !== applied) apply((applied = filter));
  };
  box.onDidChangeValue((value) => {
    clearTimeout(timer);
    timer = setTimeout(() => set(value.trim()), 150);
  });
  box.onDidAccept(() => {
    accepted = true;
    set(box.value.trim());
    box.hide();
  });
  box.onDidHide(() => {
    if (!accepted) set(current);
    box.dispose();
  });
  box.show();
}
