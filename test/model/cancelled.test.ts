import { unlessCancelled } from "../../src/model/cancelled";

test("work does not begin after the run was cancelled, and nobody waits for it once it is", async () => {
  const work = jest.fn(() => new Promise<never>(() => {}));
  const cancelled = { diagnostics: [{ code: "cancelled" }] };
  await expect(unlessCancelled(AbortSignal.abort(), work)).rejects.toMatchObject(cancelled);
  expect(work).not.toHaveBeenCalled();
  const controller = new AbortController();
  const waiting = unlessCancelled(controller.signal, work);
  controller.abort();
  await expect(waiting).rejects.toMatchObject(cancelled);
  expect(work).toHaveBeenCalledTimes(1);
});
