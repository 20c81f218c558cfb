import { refusalOf, tokyoRig } from "../rig/tokyo";

test("without secrets, a login without a value is a warning, and one that the manager would refuse an error", async () => {
  const rig = await tokyoRig({ clients: [{ id: "app", deliverTo: { file: "out/app" } }] });
  const options = { secrets: false, trust: ["jp1im.yaml"] };
  delete rig.env.PASSWORD;
  expect(await rig.plan(options)).toMatchObject({
    not_asked: ["tokyo"],
    diagnostics: [{ code: "source-unresolved", severity: "warning" }],
  });
  rig.env.PASSWORD = "p".repeat(33);
  expect(await refusalOf(rig.plan(options))).toMatchObject({ code: "secret-refused", severity: "error" });
});
