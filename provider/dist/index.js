"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.LineOfBusiness = void 0;
var line_of_business_1 = require("./line-of-business");
Object.defineProperty(exports, "LineOfBusiness", { enumerable: true, get: function () { return line_of_business_1.LineOfBusiness; } });
