import type { AddNote, DeleteNotes } from "./shapes";

/** The row in `src/model/kind-names.ts`. */
export const noteNames = {
  key: "notes",
  segment: "note",
  isList: true,
  sortedBy: "name",
  one: "note",
  many: "notes",
  secretKeys: [],
  plainKeys: ["name", "text"],
  requests: {
    "add-note": { call: "POST notes/add", does: ["written"], counts: (_request: AddNote) => [1] },
    "delete-notes": {
      call: "POST notes/delete",
      does: ["deleted"],
      counts: ({ names }: DeleteNotes) => [names.length],
    },
  },
} as const;
