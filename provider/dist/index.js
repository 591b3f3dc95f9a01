"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.SharedRegistry = exports.LineOfBusiness = void 0;
const peers_1 = require("./peers");
var line_of_business_1 = require("./line-of-business");
Object.defineProperty(exports, "LineOfBusiness", { enumerable: true, get: function () { return line_of_business_1.LineOfBusiness; } });
var shared_registry_1 = require("./shared-registry");
Object.defineProperty(exports, "SharedRegistry", { enumerable: true, get: function () { return shared_registry_1.SharedRegistry; } });
(0, peers_1.requireAws)();
