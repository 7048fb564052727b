terraform {
  required_providers {
    proxmox = {
      source = "bpg/proxmox"
    }
  }
}

variable "node" {
  type    = string
  default = "pve1"
}

provider "proxmox" {}

resource "proxmox_virtual_environment_pool" "pool" {
  pool_id = "interop"
}

resource "proxmox_download_file" "image" {
  content_type       = "import"
  datastore_id       = "local"
  node_name          = "pve1"
  url                = "https://images.example/debian-13-genericcloud-amd64.qcow2"
  file_name          = "interop.qcow2"
  checksum           = "d2fbcf11fb28795842e91364d8c7b69f1870db09ff299eb94e4fbbfa510eb78d141e74c1f4bf6dfa0b7e33d0c3b66e6751886feadb4e9916f778bab1776bdf1b"
  checksum_algorithm = "sha512"
}

resource "proxmox_virtual_environment_download_file" "compressed" {
  content_type            = "iso"
  datastore_id            = "local"
  node_name               = "pve1"
  url                     = "https://images.example/interop.img.gz"
  file_name               = "interop.img"
  decompression_algorithm = "gz"
  overwrite               = false
}

resource "proxmox_virtual_environment_file" "iso" {
  content_type = "iso"
  datastore_id = "local"
  node_name    = "pve1"

  source_file {
    path      = "image.bin"
    file_name = "interop.iso"
  }
}

resource "proxmox_virtual_environment_file" "archive" {
  content_type = "vztmpl"
  datastore_id = "local"
  node_name    = "pve1"

  source_file {
    path      = "image.bin"
    file_name = "interop.tar.gz"
  }
}

resource "proxmox_virtual_environment_vm" "template" {
  name      = "template"
  node_name = "pve1"
  vm_id     = 4341
  template  = true
  started   = false

  disk {
    datastore_id = "local-lvm"
    import_from  = proxmox_download_file.image.id
    interface    = "scsi0"
    size         = 12
  }
}

resource "proxmox_virtual_environment_vm" "full" {
  name      = "full"
  node_name = var.node
  vm_id     = 4342
  started   = false
  migrate   = true

  clone {
    vm_id     = proxmox_virtual_environment_vm.template.vm_id
    node_name = "pve1"
  }
}

resource "proxmox_virtual_environment_vm" "linked" {
  name      = "linked"
  node_name = "pve1"
  vm_id     = 4343
  started   = false

  clone {
    vm_id = proxmox_virtual_environment_vm.template.vm_id
    full  = false
  }
}

resource "proxmox_virtual_environment_vm" "elsewhere" {
  name      = "elsewhere"
  node_name = "pve2"
  vm_id     = 4344
  started   = false

  clone {
    vm_id        = proxmox_virtual_environment_vm.template.vm_id
    node_name    = "pve1"
    datastore_id = "local-lvm"
  }
}

resource "proxmox_pool_membership" "full" {
  pool_id = proxmox_virtual_environment_pool.pool.id
  vm_id   = proxmox_virtual_environment_vm.full.vm_id
}

data "proxmox_virtual_environment_nodes" "all" {}

data "proxmox_virtual_environment_node" "node" {
  node_name = "pve1"
}

data "proxmox_version" "version" {}

data "proxmox_datastores" "all" {
  node_name = "pve1"
}

data "proxmox_virtual_environment_pools" "all" {
  depends_on = [proxmox_virtual_environment_pool.pool]
}

data "proxmox_virtual_environment_vms" "templates" {
  depends_on = [proxmox_virtual_environment_vm.template]


  filter {
    name   = "template"
    values = [true]
  }
}

data "proxmox_virtual_environment_vm" "template" {
  node_name = "pve1"
  vm_id     = proxmox_virtual_environment_vm.template.vm_id
}

data "proxmox_virtual_environment_containers" "all" {}

data "proxmox_files" "isos" {
  node_name    = "pve1"
  datastore_id = "local"
  content_type = "iso"
  depends_on   = [proxmox_virtual_environment_file.iso, proxmox_virtual_environment_download_file.compressed]
}

output "seen" {
  value = {
    nodes      = data.proxmox_virtual_environment_nodes.all.names
    cores      = data.proxmox_virtual_environment_node.node.cpu_count
    release    = data.proxmox_version.version.release
    datastores = [for each in data.proxmox_datastores.all.datastores : each.id]
    pools      = data.proxmox_virtual_environment_pools.all.pool_ids
    templates  = [for each in data.proxmox_virtual_environment_vms.templates.vms : each.vm_id]
    vm         = data.proxmox_virtual_environment_vm.template.name
    containers = length(data.proxmox_virtual_environment_containers.all.containers)
    isos       = [for each in data.proxmox_files.isos.files : each.file_name]
  }
}
