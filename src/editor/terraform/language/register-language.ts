import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../../base/index.ts';
import { asItStands, type StandingDocument } from '../../text/index.ts';
import type { TerraformServices } from '../services.ts';
import type { Extent } from './extent.ts';
import { languageExtents, onLanguageExtentsChanged } from './neighbours.ts';
import type * as room from './room.ts';
import { tokenLegend } from './token-legend.ts';

/** What the features share: made with the first Terraform file that is looked at. */
interface Loaded {
  readonly room: typeof room;
  readonly folders: InstanceType<typeof room.OpenFolders>;
  readonly formatting: InstanceType<typeof room.Formatting>;
  readonly modules: InstanceType<typeof room.OpenModules>;
  readonly diagnosed: InstanceType<typeof room.DiagnosedDocuments>;
}

type Load = () => Promise<Loaded>;

/** Registers what the editor does in Terraform files, as much of it as other extensions leave and the settings say. */
export function registerTerraformLanguage({ documents, projects, clusters, logger }: TerraformServices): Disposable {
  const store = new DisposableStore();
  let extents: ReadonlyMap<string, Extent> = new Map();
  const extentIn = ({ languageId }: vscode.TextDocument): Extent => extents.get(languageId) ?? 'none';

  let loading: Promise<Loaded> | undefined;
  const load: Load = () =>
    (loading ??= import('./room.ts').then((loaded) => {
      const folders = new loaded.OpenFolders(documents, projects);
      const modules = store.add(new loaded.OpenModules(folders, projects, clusters, logger));
      store.add(new loaded.SchemaStatus(modules.schemas, folders, logger));
      return { room: loaded, folders, modules, formatting: new loaded.Formatting(projects), diagnosed: store.add(new loaded.DiagnosedDocuments(modules, logger, extentIn)) };
    }));
  const inUse = (): boolean => vscode.workspace.textDocuments.some((document) => extentIn(document) !== 'none');

  let started = false;
  let registered = new DisposableStore();
  const renew = (): void => {
    registered.dispose();
    registered = new DisposableStore();
    const languages = languageExtents();
    extents = new Map(languages.map(({ language, extent }) => [language, extent]));
    const all = languages.filter(({ extent }) => extent === 'all').map(({ language }) => ({ language }));
    const any = languages.filter(({ extent }) => extent !== 'none').map(({ language }) => ({ language }));
    // Symbols are looked for in the workspace, whatever is open; all else is of no use before a file is.
    if (all.length > 0) registered.add(symbols(load));
    started ||= inUse();
    if (!started) return;
    if (all.length > 0) for (const one of structure(all, load)) registered.add(one);
    if (any.length > 0) for (const one of knowledge(any, extentIn, load)) registered.add(one);
    void load().then(({ diagnosed }) => diagnosed.lookSoon());
  };
  renew();
  store.add(onLanguageExtentsChanged(renew));
  store.add(vscode.workspace.onDidOpenTextDocument(() => {
    if (!started && inUse()) renew();
  }));
  store.add({ dispose: () => registered.dispose() });
  return store;
}

/** What is known of the provider and of the cluster; how much of it, each asks for itself. */
function knowledge(selector: vscode.DocumentSelector, extentIn: (document: vscode.TextDocument) => Extent, load: Load): vscode.Disposable[] {
  const { languages } = vscode;
  return [
    languages.registerCompletionItemProvider(selector, {
      provideCompletionItems: async (document, position, token) => {
        const asked = asItStands(document);
        const { room, modules } = await load();
        return await room.completionsAt(modules, extentIn(document), asked, position, token);
      },
      resolveCompletionItem: async (item) => {
        const { room } = await load();
        return item instanceof room.TerraformItem ? room.described(item) : item;
      },
    }, '.', '"', '=', ' ', '[', '{'),
    languages.registerHoverProvider(selector, {
      provideHover: async (document, position) => {
        const asked = asItStands(document);
        const { room, modules } = await load();
        return await room.hoverAt(modules, extentIn(document), asked, position);
      },
    }),
    languages.registerCodeActionsProvider(selector, {
      provideCodeActions: async (document, range, context) => (await load()).diagnosed.provideCodeActions(document, range, context),
    }, { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] }),
  ];
}

function symbols(load: Load): vscode.Disposable {
  return vscode.languages.registerWorkspaceSymbolProvider({
    provideWorkspaceSymbols: async (query) => {
      const { room, folders } = await load();
      return await room.symbolsMatching(folders, query);
    },
  });
}

/** What needs no cluster. */
function structure(selector: vscode.DocumentSelector, load: Load): vscode.Disposable[] {
  const { languages } = vscode;
  const using = <A extends unknown[], R>(run: (loaded: Loaded, document: Text, ...values: A) => Promise<R>): ((document: vscode.TextDocument, ...values: A) => Promise<R>) =>
    async (document, ...values) => {
      const asked = asItStands(document);
      return await run(await load(), asked, ...values);
    };
  type Text = StandingDocument;
  type Position = vscode.Position;
  const tokens = using(({ room, folders }, document: Text) => room.tokensOf(folders, document));
  return [
    languages.registerDefinitionProvider(selector, { provideDefinition: using(({ room, folders }, document: Text, position: Position) => room.definitionsAt(folders, document, position)) }),
    languages.registerReferenceProvider(selector, {
      provideReferences: using(({ room, folders }, document: Text, position: Position, { includeDeclaration }: vscode.ReferenceContext) => room.referencesAt(folders, document, position, includeDeclaration)),
    }),
    languages.registerRenameProvider(selector, {
      prepareRename: using(({ room, folders }, document: Text, position: Position) => room.prepareRenameAt(folders, document, position)),
      provideRenameEdits: using(({ room, folders }, document: Text, position: Position, name: string) => room.renameAt(folders, document, position, name)),
    }),
    languages.registerDocumentSymbolProvider(selector, { provideDocumentSymbols: using(({ room, folders }, document: Text) => room.outlineOf(folders, document)) }),
    languages.registerFoldingRangeProvider(selector, { provideFoldingRanges: using(({ room, folders }, document: Text) => room.foldsOf(folders, document)) }),
    languages.registerDocumentSemanticTokensProvider(selector, { provideDocumentSemanticTokens: tokens }, tokenLegend),
    languages.registerDocumentRangeSemanticTokensProvider(selector, {
      provideDocumentRangeSemanticTokens: using(({ room, folders }, document: Text, range: vscode.Range) => room.tokensOf(folders, document, range)),
    }, tokenLegend),
    languages.registerSelectionRangeProvider(selector, { provideSelectionRanges: using(({ room, folders }, document: Text, positions: readonly Position[]) => room.selectionsAt(folders, document, positions)) }),
    languages.registerDocumentLinkProvider(selector, { provideDocumentLinks: using(({ room, folders }, document: Text) => room.linksOf(folders, document)) }),
    languages.registerDocumentFormattingEditProvider(selector, {
      provideDocumentFormattingEdits: using(({ formatting }, document: Text, _: vscode.FormattingOptions, token: vscode.CancellationToken) => formatting.edits(document, token)),
    }),
    languages.registerDocumentRangeFormattingEditProvider(selector, {
      provideDocumentRangeFormattingEdits: using(({ formatting }, document: Text, range: vscode.Range, _: vscode.FormattingOptions, token: vscode.CancellationToken) => formatting.edits(document, token, range)),
    }),
  ];
}
