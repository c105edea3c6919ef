import { awsContract, MOTO_LACKS } from "../sandbox/aws_contract.ts";
import { startMoto } from "./moto.ts";

// What the sandbox claims of S3 and IAM holds at a server that other people wrote, too.
awsContract("moto", async () => ({ ...await startMoto(), lacks: MOTO_LACKS }));
