type Library = typeof import("@actions/expressions", { with: { "resolution-mode": "import" }});
type Data = ReturnType<InstanceType<Library["Evaluator"]>["evaluate"]>;
type Dictionary = InstanceType<Library["data"]["Dictionary"]>;
export type Context = Record<string, unknown>;

/** The expressions of a workflow, with GitHub's own reading of them. */
export class Expressions {
  private constructor(readonly library: Library) {}

  static async load(): Promise<Expressions> {
    return new Expressions(await import("@actions/expressions"));
  }

  /** A text with each `${{ … }}` evaluated. */
  fill(text: string, context: Context): string {
    return text.replace(/\$\{\{(.*?)\}\}/g, (_, expression: string) =>
      this.#evaluate(expression, context).coerceString(),
    );
  }

  truth(expression: string, context: Context): boolean {
    if (expression === "always()") return true;
    const result = this.#evaluate(expression, context);
    return result.kind === this.library.data.Kind.Boolean ? result.value : result.coerceString() !== "";
  }

  #evaluate(expression: string, context: Context): Data {
    const { Lexer, Parser, Evaluator } = this.library;
    const { tokens } = new Lexer(expression.trim()).lex();
    const parsed = new Parser(tokens, ["github", "secrets", "needs", "steps", "inputs"], []).parse();
    return new Evaluator(parsed, this.#dictionary(context)).evaluate();
  }

  #dictionary(context: Context): Dictionary {
    const { Dictionary, StringData } = this.library.data;
    const pairs = Object.entries(context).map(([key, value]) => {
      const isNested = typeof value === "object" && value !== null;
      return { key, value: isNested ? this.#dictionary(value as Context) : new StringData(String(value)) };
    });
    return new Dictionary(...pairs);
  }
}
