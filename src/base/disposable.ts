/** The one lifetime mechanism of the house; structurally the same as `vscode.Disposable`. */
export interface Disposable {
  dispose(): void;
}

/** Owns disposables and disposes of them in reverse order of adding. Adding to a disposed store disposes at once. */
export class DisposableStore implements Disposable {
  #items: Disposable[] = [];
  #disposed = false;

  add<T extends Disposable>(item: T): T {
    if (this.#disposed) item.dispose();
    else this.#items.push(item);
    return item;
  }

  dispose(): void {
    this.#disposed = true;
    for (const item of this.#items.splice(0).reverse()) item.dispose();
  }
}
