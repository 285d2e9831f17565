"""What Flux sets into a kustomization reaches the proof, and does not stand in the way of a rewrite."""

from __future__ import annotations

from pathlib import Path

from kustomize_repositories import WEB, repository, rewrite

FLUX = """\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: flux-system}
spec:
  interval: 10m
  prune: true
  path: ./apps/prod
  sourceRef: {kind: GitRepository, name: flux-system}
"""
APPS = {"apps/prod/kustomization.yaml": "namespace: shop\nresources: [ingress.yaml]\n"}


def test_a_component_that_only_flux_adds_is_built(tmp_path: Path) -> None:
    component = "kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\nresources: [quota.yaml]\n"
    files = {
        **APPS,
        "apps/prod/ingress.yaml": WEB,
        "apps/components/quota/kustomization.yaml": component,
        "apps/components/quota/quota.yaml": "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: all}\n",
        "clusters/prod/apps.yaml": FLUX + "  components: [../components/quota]\n",
    }
    changed, account = rewrite(repository(tmp_path, files))
    assert "apps/prod/httproute.yaml" in changed
    assert "1 proved" in account


def test_a_listener_for_the_other_half_of_a_www_pair_bears_no_host_that_a_variable_makes(tmp_path: Path) -> None:
    tls = "  tls: [{hosts: ['${DOMAIN}', 'www.${DOMAIN}'], secretName: web}]\n"
    web = WEB.replace("web.example.com", "${DOMAIN}").replace("spec:\n", "spec:\n" + tls)
    annotation = "  annotations: {nginx.ingress.kubernetes.io/from-to-www-redirect: 'true'}\n"
    files = {
        **APPS,
        "apps/prod/ingress.yaml": web.replace("  name: web\nspec", f"  name: web\n{annotation}spec"),
        "clusters/prod/apps.yaml": FLUX + "  postBuild: {substitute: {DOMAIN: example.com}}\n",
        "gatelift.yaml": "gateway: {namespace: infra, name: public}\nlisteners: listenerset\n",
    }
    folder = repository(tmp_path, files)
    rewrite(folder)
    assert "name: https-www\n" in (folder / "apps/prod/httproute.yaml").read_text()
    assert not rewrite(folder)[0]
