import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Deployment, parseDeployment } from "./addresses.ts";
import { deploymentFile, readDeployment, writeDeployment } from "./deployments.ts";

const contract = (digits: string) => ({
  address: `0x${digits.repeat(20)}` as const,
  constructorArguments: ["0x12", 3600, "340282366920938463463374607431768211455"],
});
const deployment: Deployment = {
  chainId: 31_337,
  startBlock: 0,
  contracts: {
    StationRegistry: contract("01"),
    OracleRegistry: contract("02"),
    ChargingSessions: contract("03"),
    SessionsExtension: contract("07"),
    Keeper: contract("05"),
    Lens: contract("06"),
    TestCurrency: contract("04"),
  },
};

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "openjoule-deployments-"));
});
afterAll(() => rm(directory, { recursive: true }));

describe("deployments on disk", () => {
  it("are read as they were written, with nothing left beside them", async () => {
    const folder = join(directory, "new", "folder");
    const file = await writeDeployment(folder, deployment);
    expect(file).toBe(deploymentFile({ directory: folder, chainId: 31_337 }));
    expect(await readDeployment({ directory: folder, chainId: 31_337 })).toEqual(deployment);
    expect(await readdir(folder)).toEqual(["31337.json"]);
  });

  it("are refused by name when missing, broken or another chain's", async () => {
    await expect(readDeployment({ directory, chainId: 1 })).rejects.toThrow(/^DeploymentNotFound: .*1\.json/);
    await writeFile(join(directory, "2.json"), "{");
    await expect(readDeployment({ directory, chainId: 2 })).rejects.toThrow(/^DeploymentNotJson: .*2\.json/);
    await writeFile(join(directory, "3.json"), JSON.stringify(deployment));
    await expect(readDeployment({ directory, chainId: 3 })).rejects.toThrow(
      /^InvalidDeployment: chainId is 31337, expected 3/,
    );
  });

  it("are not written when they are wrong", async () => {
    await expect(writeDeployment(directory, { ...deployment, chainId: 0 })).rejects.toThrow(
      "InvalidDeployment: chainId",
    );
    expect(await readdir(directory)).not.toContain("0.json");
  });
});

describe("parseDeployment", () => {
  it("needs no test currency", () => {
    const { TestCurrency: _, ...contracts } = deployment.contracts;
    expect(parseDeployment({ ...deployment, contracts })).toEqual({ ...deployment, contracts });
  });

  it.each([
    ["deployment", null],
    ["deployment", []],
    ["chainId", { ...deployment, chainId: "31337" }],
    ["chainId", { ...deployment, chainId: 1.5 }],
    ["startBlock", { ...deployment, startBlock: -1 }],
    ["contracts", { ...deployment, contracts: undefined }],
    ["contracts.OracleRegistry", { ...deployment, contracts: { ...deployment.contracts, OracleRegistry: undefined } }],
    [
      "contracts.ChargingSessions.address",
      {
        ...deployment,
        contracts: { ...deployment.contracts, ChargingSessions: { ...contract("03"), address: "0x03" } },
      },
    ],
    [
      "contracts.TestCurrency.constructorArguments",
      { ...deployment, contracts: { ...deployment.contracts, TestCurrency: { address: contract("04").address } } },
    ],
    [
      "contracts.StationRegistry.constructorArguments[0]",
      {
        ...deployment,
        contracts: { ...deployment.contracts, StationRegistry: { ...contract("01"), constructorArguments: [{}] } },
      },
    ],
  ])("names %s when it is wrong", (field, json) => {
    expect(() => parseDeployment(json)).toThrow(`InvalidDeployment: ${field} is `);
  });
});
