/** What the bundle adds to the widget's sources: the stylesheet, as text. */
declare const STYLE: string;
/** Languages that can be loaded, with the integrity of their tables. */
declare const SPOKEN: string[];
declare const TABLES: string;
/** The integrity of what is loaded later, its stylesheet, and what takes it. */
declare const LATER: string;
declare const LATER_STYLE: string;
declare const RESOLVE: unknown;

interface Window {
  /** The one global name of the widget: the first launcher's chat. */
  AssistantChat?: { open(): void; close(): void; ask(question: string): Promise<Answer | null> };
}
