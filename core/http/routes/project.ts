import type { ServerRoute } from "@hapi/hapi";
import type { Directory } from "../../contracts/directory.js";
import { pageOf, paged, pageQuery } from "../paging.js";
import { employeeObject, locationObject } from "../presenters.js";
import { apiRoute, type Access } from "../route.js";
import { checked } from "../schemas.js";

/** The places and people that the project of `organization` names; other organizations have none here. */
export function projectRoutes({ locations, employees }: Directory, organization: string): ServerRoute[] {
  return [
    list("/locations", "locations:read", locations, locationObject),
    list("/employees", "employees:read", employees, employeeObject),
  ];

  function list<T>(path: string, scope: Access, all: readonly T[], present: (item: T) => object): ServerRoute {
    return apiRoute("GET", path, scope, ({ query: raw }, _h, caller) => {
      const page = checked(pageQuery, raw, "query");
      return paged(pageOf(caller.organization === organization ? all : [], page), page, present);
    });
  }
}
