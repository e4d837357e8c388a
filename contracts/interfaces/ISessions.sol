// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IChargingSessions } from "./IChargingSessions.sol";
import { ISessionsExtension } from "./ISessionsExtension.sol";

/// @title Everything that answers at ChargingSessions' address
interface ISessions is IChargingSessions, ISessionsExtension { }
