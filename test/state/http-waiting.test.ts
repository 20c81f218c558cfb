import type { Diagnostic } from "../../src/model/diagnostic";
import { systemRandom } from "../../src/platform/random";
import { withDefaults } from "../../src/state/http/addresses";
import { type HttpReply, NoAnswer } from "../../src/state/http/exchange";
import { StateServer } from "../../src/state/http/state-server";

/** What a run reports whose first request takes so long, and ends so. */
async function reportedAfter(ms: number, first: HttpReply | NoAnswer): Promise<string[]> {
  let now = 0;
  const reported: Diagnostic[] = [];
  const [answers, document] = [[first], { status: 200, headers: {}, body: Buffer.from("{}") }];
  const server = new StateServer({
    addresses: withDefaults({ address: "https://states.example/{manager}" }),
    send: async () => {
      const answer = answers.shift();
      if (answer === undefined) return document;
      now += ms;
      if (answer instanceof NoAnswer) throw answer;
      return answer;
    },
    ...{ credentials: "no login", loginRemedy: "name one", random: systemRandom },
    clock: {
      ...{ now: () => now, elapsed: () => now },
      sleep: async (pause) => {
        now += pause;
      },
    },
    report: (diagnostic) => reported.push(diagnostic),
  });
  expect(await server.get("tokyo")).toBe("{}");
  return reported.map(({ summary }) => summary);
}

test.each([
  [60_000, new NoAnswer("it did not answer in time", true), ["it did not answer in time"]],
  [2_000, { status: 503, headers: {}, body: Buffer.alloc(0) }, ["the server answered 503"]],
  [20, new NoAnswer("the connection was closed", true), []],
])("a request that took %d ms before it is repeated is reported if that is long", async (ms, first, whys) => {
  const start = "cannot read the state at https://states.example/tokyo yet: ";
  const most = "; it is asked up to 8 times, for which the run waits";
  expect(await reportedAfter(ms, first)).toEqual(whys.map((why) => `${start}${why}${most}`));
});
