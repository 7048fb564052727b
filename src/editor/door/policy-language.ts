import * as vscode from 'vscode';

/** Completion in a folder's policy file; what it offers is loaded when it is first asked for. */
export function registerPolicyLanguage(): vscode.Disposable {
  return vscode.languages.registerCompletionItemProvider({ pattern: '**/.proxmox/policy.yaml' }, {
    async provideCompletionItems(document, position) {
      const typed = document.getText(new vscode.Range(new vscode.Position(0, 0), position));
      const { policyCompletions } = await import('../../changes/index.ts');
      return policyCompletions(typed).map(({ label, kind, insert, description }) => {
        const item = new vscode.CompletionItem(label, kind === 'key' ? vscode.CompletionItemKind.Property : vscode.CompletionItemKind.EnumMember);
        item.insertText = insert;
        if (description !== undefined) item.documentation = description;
        return item;
      });
    },
  }, ' ', ':', '-');
}
